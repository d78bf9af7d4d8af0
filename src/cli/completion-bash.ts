import type {FlagWords, Offer, Words} from "./completion-words.js";

/** Works from bash 3.2 on, the one of macOS, and without the bash-completion package. */
export function bashScript({verbs}: Words): string {
  const flagCases = verbs.map(
    ({name, flags}) => `    ${name}) words="${flags.map((flag) => `--${flag.name}`).join(" ")}" ;;`
  );
  const valueCases = verbs.flatMap(({name, flags}) =>
    flags.filter(({offer}) => offer.takesValue).map((flag) => `    ${spelt(name, flag)}) ${offerLine(flag.offer)} ;;`)
  );
  const positionalCases = verbs
    .filter(({positional}) => positional.takesValue)
    .map(({name, positional}) => `    ${name}) ${offerLine(positional)} ;;`);
  return `# bash completion of kneepoint; source it
_kneepoint() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" verb="\${COMP_WORDS[1]}" words="" paths=""
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    COMPREPLY=($(compgen -W "${verbs.map(({name}) => name).join(" ")} --help --version" -- "$cur"))
    return
  fi
  # Bash splits --flag=value into three words.
  if [[ "$cur" == "=" ]]; then cur=""; elif [[ "$prev" == "=" ]]; then prev="\${COMP_WORDS[COMP_CWORD-2]}"; fi
  prev="--$(tr _ - <<< "\${prev#--}")"
  case "$verb:$prev" in
${valueCases.join("\n")}
  esac
  if [[ -n "$words$paths" ]]; then _kneepoint_offer "$cur" "$words" "$paths"; return; fi
  if [[ "$cur" == -* ]]; then
    case "$verb" in
${flagCases.join("\n")}
    esac
  else
    case "$verb" in
${positionalCases.join("\n")}
    esac
  fi
  _kneepoint_offer "$cur" "$words" "$paths"
}
_kneepoint_offer() {
  COMPREPLY=($(compgen -W "$2" -- "$1"))
  case "$3" in
    file) COMPREPLY+=($(compgen -f -- "$1")); compopt -o filenames 2>/dev/null ;;
    folder) COMPREPLY+=($(compgen -d -- "$1")); compopt -o filenames 2>/dev/null ;;
  esac
}
complete -F _kneepoint kneepoint
`;
}

function spelt(verb: string, {name, aliases}: FlagWords): string {
  return [name, ...aliases].map((each) => `${verb}:--${each}`).join("|");
}

/** A value that only its reader knows offers nothing, not even flags. */
function offerLine({words, paths}: Offer): string {
  const parts = [...(words.length > 0 ? [`words="${words.join(" ")}"`] : []), ...(paths ? [`paths=${paths}`] : [])];
  return parts.length > 0 ? parts.join("; ") : "return";
}
