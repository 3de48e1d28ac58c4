import { commands } from "./commands/index.ts";

/** What may follow each word: `""` holds the top-level commands, `keys` its verbs. */
function wordTree(): Map<string, string[]> {
  const tree = new Map<string, string[]>([["", []]]);
  for (const entry of commands) {
    if (entry.hidden === true) continue;
    const [first = "", second] = entry.words.split(" ");
    const top = tree.get("") ?? [];
    if (!top.includes(first)) top.push(first);
    if (second !== undefined) tree.set(first, [...(tree.get(first) ?? []), second]);
  }
  return tree;
}

const summaryOf = (words: string): string => commands.find((entry) => entry.words === words)?.summary ?? words;

/** A script for the shell to evaluate. It completes commands and verbs, and file names elsewhere. */
export function completionScript(shell: "bash" | "zsh" | "fish"): string {
  const tree = wordTree();
  const top = tree.get("") ?? [];
  const nouns = [...tree].filter(([noun]) => noun !== "");
  if (shell === "fish") {
    return [
      ...top.map(
        (word) => `complete -c fedbucket -n __fish_use_subcommand -f -a ${word} -d '${quoteFree(summaryOf(word))}'`,
      ),
      ...nouns.map(
        ([noun, verbs]) => `complete -c fedbucket -n '__fish_seen_subcommand_from ${noun}' -f -a '${verbs.join(" ")}'`,
      ),
      "",
    ].join("\n");
  }
  const cases = nouns.map(([noun, verbs]) => `    ${noun}) words="${verbs.join(" ")}" ;;`).join("\n");
  const body = `_fedbucket() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${top.join(" ")}"
  elif [ "$COMP_CWORD" -eq 2 ]; then
    case "\${COMP_WORDS[1]}" in
${cases}
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _fedbucket fedbucket
`;
  return shell === "bash" ? body : `autoload -U +X bashcompinit && bashcompinit\n${body}`;
}

const quoteFree = (text: string): string => text.replaceAll("'", "");
