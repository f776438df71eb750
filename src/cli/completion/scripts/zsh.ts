/** For zsh 5 and later, sourced or found by its name (`_sahara`) in a folder of `fpath`. */
export const zshScript = String.raw`#compdef sahara
# Completion of sahara for zsh.
_sahara() {
  local answer value
  local -i directive=0
  local -a described before more
  (( CURRENT > 2 )) && before=("${'$'}{(@Q)words[2,CURRENT-1]}")
  while IFS= read -r answer; do
    if [[ $answer == :<-> ]]; then
      directive=${'$'}{answer#:}
      continue
    fi
    value=${'$'}{answer%%$'\t'*}
    described+=("${'$'}{value//:/\\:}${'$'}{answer:${'$'}{#value}:1}${'$'}{answer:${'$'}{#value}+1}")
  done < <(sahara complete -- "${'$'}{before[@]}" "${'$'}{(Q)PREFIX}" 2>/dev/null </dev/null)
  described=("${'$'}{(@)described/$'\t'/:}")

  (( directive & 2 )) && more=(-S '')
  if (( ${'$'}{#described} )); then
    _describe -V -t sahara sahara described "${'$'}{more[@]}"
  elif (( directive & 16 )); then
    compset -P '--[^=]#='
    _files -/
  elif (( ! (directive & 4) )); then
    compset -P '--[^=]#='
    _files
  fi
}
if [[ ${'$'}{funcstack[1]} == _sahara ]]; then
  _sahara "$@"
else
  (( ${'$'}{+functions[compdef]} )) || { autoload -Uz compinit && compinit }
  compdef _sahara sahara
fi
`;
