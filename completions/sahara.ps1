# Completion of sahara for PowerShell 5 and later. The line travels in one piece, as an empty word at its end would be
# lost: before 7.3 PowerShell drops empty arguments of programs.
Register-ArgumentCompleter -Native -CommandName sahara -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $length = $cursorPosition - $commandAst.Extent.StartOffset
    $line = $commandAst.ToString().PadRight($length).Substring(0, $length)
    $directive = 0
    $results = @()
    foreach ($answer in @(sahara complete --line $line 2>$null)) {
        if ($answer -match '^:(\d+)$') { $directive = [int]$Matches[1]; continue }
        $value, $about = $answer -split [char]9, 2
        if (-not $about) { $about = $value }
        # A comma would make a list of it, and "@" at the beginning a variable.
        $text = if ($value -match ',|^@') { "'$value'" } else { $value }
        $results += [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $about)
    }
    # An empty text keeps PowerShell from offering files where none are wanted.
    if ($results.Count -eq 0 -and ($directive -band 4)) { return '' }
    $results
}
