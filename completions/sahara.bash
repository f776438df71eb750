# Completion of sahara for bash 3.2 and later.
_sahara_completion() {
  local line="${COMP_LINE:0:COMP_POINT}" answer directive=0 word part lead
  local -a values=()
  COMPREPLY=()
  while IFS= read -r answer; do
    case "$answer" in
      :*) directive="${answer//[!0-9]/}" ;;
      *) values+=("${answer%%$'\t'*}") ;;
    esac
  done < <(sahara complete --line "$line" 2>/dev/null </dev/null)

  # Readline cuts words at "=", ":" and "@" and replaces what is behind, and an "@" itself.
  word="${line##*[[:space:]]}"
  part="$word"
  case "$word" in
    *[\"\']*) part="${word##*[\"\']}" ;;
    *)
      [[ "$COMP_WORDBREAKS" == *=* ]] && part="${part##*=}"
      [[ "$COMP_WORDBREAKS" == *:* ]] && part="${part##*:}"
      [[ "$COMP_WORDBREAKS" == *@* && "$part" == *@* ]] && part="@${part##*@}"
      ;;
  esac
  lead="${word%"$part"}"
  lead="${lead//[\"\']/}"
  for answer in ${values[@]+"${values[@]}"}; do COMPREPLY+=("${answer#"$lead"}"); done

  # bash 3.2 has no compopt, and completes files where nothing else is known.
  type compopt >/dev/null 2>&1 || return 0
  if ((directive & 2)); then compopt -o nospace; fi
  if ((directive & 4)); then compopt +o default; fi
  if ((directive & 16)); then compopt +o default -o dirnames; fi
  return 0
}
complete -o default -o nosort -F _sahara_completion sahara 2>/dev/null ||
  complete -o default -F _sahara_completion sahara
