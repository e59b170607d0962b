/** Shells that completion is written for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/**
 * What the scripts call: `TOOL __complete WORD…` prints candidates, one a line, as `word<TAB>summary`; a single
 * line `:file` or `:directory` leaves the matter to the shell. So what can be typed is known in one place only.
 */
export const COMPLETE_WORD = '__complete'

const bash = (tool: string) => `# Completion of ${tool} for bash. Load it: source <(${tool} completion bash)
_${tool}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" candidates word
  COMPREPLY=()
  candidates="$(${tool} ${COMPLETE_WORD} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" || return
  case "$candidates" in
    :file) compopt -o default ;;
    :directory) compopt -o dirnames ;;
    *)
      while IFS=$'\\t' read -r word _; do
        [[ -n "$word" && "$word" == "$current"* ]] && COMPREPLY+=("$word")
      done <<<"$candidates"
      ;;
  esac
}
complete -F _${tool} ${tool}
`

const zsh = (tool: string) => `#compdef ${tool}
# Completion of ${tool} for zsh. Load it: source <(${tool} completion zsh)
# or keep it: ${tool} completion zsh > "\${fpath[1]}/_${tool}"
_${tool}() {
  local -a candidates described
  local line
  candidates=("\${(@f)$(${tool} ${COMPLETE_WORD} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  case "\${candidates[1]}" in
    :file) _files; return ;;
    :directory) _files -/; return ;;
  esac
  for line in "\${candidates[@]}"; do
    [[ -n "$line" ]] && described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe '${tool}' described
}
if [[ "\${funcstack[1]}" == _${tool} ]]; then
  _${tool} "$@"
else
  compdef _${tool} ${tool}
fi
`

const fish = (
  tool: string,
) => `# Completion of ${tool} for fish. Keep it: ${tool} completion fish > ~/.config/fish/completions/${tool}.fish
function __${tool}_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l candidates (${tool} ${COMPLETE_WORD} $words[2..-1] 2>/dev/null)
    switch "$candidates[1]"
        case ':file'
            __fish_complete_path (commandline -ct)
        case ':directory'
            __fish_complete_directories (commandline -ct)
        case '*'
            printf '%s\\n' $candidates
    end
end
complete -c ${tool} -f -a '(__${tool}_complete)'
`

/** The script that makes a shell complete the commands of a tool. */
export function completionScript(tool: string, shell: Shell): string {
  return { bash, zsh, fish }[shell](tool)
}
