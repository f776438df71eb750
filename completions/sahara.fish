# Completion of sahara for fish 3 and later.
function __sahara_completion
    set -l words (commandline -opc)
    set -l typed (string trim --left --chars '"\'' -- (commandline -ct))
    set -l directive 0
    set -l found 0
    for answer in (sahara complete -- $words[2..-1] "$typed" 2>/dev/null </dev/null)
        if string match --quiet --regex '^:[0-9]+$' -- $answer
            set directive (string sub --start 2 -- $answer)
        else
            set found 1
            printf '%s\n' $answer
        end
    end
    test $found -eq 1; and return
    set -l lead (string match --regex '^--[^=]+=' -- $typed)
    set -l rest (string replace --regex '^--[^=]+=' '' -- $typed)
    set -l paths
    if test $directive -eq 16
        set paths (__fish_complete_directories "$rest" '')
    else if test $directive -eq 0 -o $directive -eq 32
        set paths (__fish_complete_path "$rest")
    end
    for path in $paths
        printf '%s\n' "$lead$path"
    end
end
complete --command sahara --erase
complete --command sahara --no-files --keep-order --arguments '(__sahara_completion)'
