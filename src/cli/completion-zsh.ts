import type {FlagWords, Offer, VerbWords, Words} from "./completion-words.js";

export function zshScript({verbs}: Words): string {
  return `#compdef kneepoint
# zsh completion of kneepoint
_kneepoint() {
  local -a verbs
  verbs=(
${verbs.map(({name, summary}) => `    ${quoted(`${name}:${summary}`)}`).join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe verb verbs
    return
  fi
  local verb=\${words[2]}
  shift words
  (( CURRENT-- ))
  case $verb in
${verbs.map(verbCase).join("\n")}
  esac
}
if [[ $funcstack[1] == _kneepoint ]]; then _kneepoint "$@"; else compdef _kneepoint kneepoint; fi
`;
}

function verbCase({name, flags, positional}: VerbWords): string {
  const lines = [...flags.map(flagLine), ...(positional.takesValue ? [quoted(`1:${name}:${action(positional)}`)] : [])];
  return `    ${name})\n      _arguments \\\n${lines.map((line) => `        ${line}`).join(" \\\n")}\n      ;;`;
}

function flagLine({name, help, offer}: FlagWords): string {
  return quoted(`*--${name}[${help}]${offer.takesValue ? `:${name}:${action(offer)}` : ""}`);
}

function action({words, paths}: Offer): string {
  const list = words.length > 0 ? `compadd ${words.join(" ")}` : "";
  const files = paths === "folder" ? "_files -/" : paths ? "_files" : "";
  if (list && files) return `{${list}; ${files}}`;
  return list ? `(${words.join(" ")})` : files || " ";
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
