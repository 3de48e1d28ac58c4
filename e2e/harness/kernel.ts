/** Python that runs its first argument as a cell in a fresh Jupyter kernel, and prints what that wrote. A cell that waits for a keyboard runs into the limit. */
export const runCell = `
import nbclient, nbformat, sys
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(sys.argv[1])])
nbclient.NotebookClient(notebook, kernel_name="python3", timeout=240).execute()
print("".join(output.get("text", "") for output in notebook.cells[0].outputs))
`;
