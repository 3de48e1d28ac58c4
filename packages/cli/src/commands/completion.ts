import { Argument, Command } from "commander";
import type { Context } from "../context.ts";

export function command(context: Context): Command {
  return new Command("completion")
    .description("Prints a completion script; for bash: source <(fedbucket completion bash)")
    .addArgument(new Argument("<shell>", "for which").choices(["bash", "zsh", "fish"]))
    .action(async (shell: "bash" | "zsh" | "fish") => {
      const { completionScript } = await import("../completion-scripts.ts");
      context.stdout.write(completionScript(shell));
    });
}
