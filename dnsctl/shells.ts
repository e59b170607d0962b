/** Shells that completion is written for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const
export type Shell = (typeof SHELLS)[number]

/**
 * What the scripts call: `dnsctl __complete WORD…` prints candidates, one a line, as `word<TAB>summary`; a single
 * line `:file` or `:directory` leaves the matter to the shell. So what can be typed is known in one place only.
 */
export const COMPLETE_WORD = '__complete'

const BASH = `# Completion of dnsctl for bash. Load it: source <(dnsctl completion bash)
_dnsctl() {
  local current="\${COMP_WORDS[COMP_CWORD]}" candidates word
  COMPREPLY=()
  candidates="$(dnsctl ${COMPLETE_WORD} "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" || return
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
complete -F _dnsctl dnsctl
`

const ZSH = `#compdef dnsctl
# Completion of dnsctl for zsh. Load it: source <(dnsctl completion zsh)
# or keep it: dnsctl completion zsh > "\${fpath[1]}/_dnsctl"
_dnsctl() {
  local -a candidates described
  local line
  candidates=("\${(@f)$(dnsctl ${COMPLETE_WORD} "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  case "\${candidates[1]}" in
    :file) _files; return ;;
    :directory) _files -/; return ;;
  esac
  for line in "\${candidates[@]}"; do
    [[ -n "$line" ]] && described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  _describe 'dnsctl' described
}
if [[ "\${funcstack[1]}" == _dnsctl ]]; then
  _dnsctl "$@"
else
  compdef _dnsctl dnsctl
fi
`

const FISH = `# Completion of dnsctl for fish. Keep it: dnsctl completion fish > ~/.config/fish/completions/dnsctl.fish
function __dnsctl_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l candidates (dnsctl ${COMPLETE_WORD} $words[2..-1] 2>/dev/null)
    switch "$candidates[1]"
        case ':file'
            __fish_complete_path (commandline -ct)
        case ':directory'
            __fish_complete_directories (commandline -ct)
        case '*'
            printf '%s\\n' $candidates
    end
end
complete -c dnsctl -f -a '(__dnsctl_complete)'
`

/** The script that makes a shell complete dnsctl's commands. */
export function completionScript(shell: Shell): string {
  return { bash: BASH, zsh: ZSH, fish: FISH }[shell]
}
