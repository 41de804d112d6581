<#
.SYNOPSIS
Collects what a Windows host records of VSS backups into one folder and one
zip file, for vsscheck.

.DESCRIPTION
    vss-capture.ps1 -Start              before the backup
    (the backup)
    vss-capture.ps1 -Stop -Out C:\vss   after it

-Start notes the time and lists writers and shadow copies. -Stop waits until the
VSS service has had the time to end what it owes (three minutes), lists both
again, and copies the records between the two times.

    vss-capture.ps1 -Since '2026-03-02 01:00' -Out C:\vss

collects after the fact, without the lists from before.

The script reads. All that it changes: -Start makes a folder under ProgramData,
which -Stop or -Cancel removes; -Stop makes the folder that -Out names and the
zip file beside it. It starts and stops no service, changes no setting, no
audit policy and no configuration of Sysmon, and takes no copy of any volume.
vssadmin starts the VSS service if it does not run, as any query of VSS does.

For Windows PowerShell 5.1 and later. Needs an administrator: the Security and
Sysmon logs cannot be read without, nor can writers be listed.

.PARAMETER Start
Before the backup.

.PARAMETER Stop
After it.

.PARAMETER Cancel
Forget a -Start.

.PARAMETER Since
Collect records from this local time on, without -Start.

.PARAMETER Out
The folder to be made; it must not exist or be empty. The zip file has its name
and .zip.

.PARAMETER Log
More files to be taken along: a log of diskshadow (diskshadow /l FILE), output
of vshadow, a job log of Bacula, Bareos or Burp.

.PARAMETER NoWait
Do not wait the three minutes; what VSS does late is then not recorded, and
vsscheck says "undetermined" of it.

.PARAMETER Xml
Write the event logs as XML rather than .evtx, for a vsscheck that was built
without libevtx. Never both: each record would be there twice.

.PARAMETER NoZip
Leave it at the folder.
#>
[CmdletBinding(DefaultParameterSetName = 'None')]
param(
    [Parameter(ParameterSetName = 'Start', Mandatory = $true)]
    [switch] $Start,

    [Parameter(ParameterSetName = 'Stop', Mandatory = $true)]
    [switch] $Stop,

    [Parameter(ParameterSetName = 'Cancel', Mandatory = $true)]
    [switch] $Cancel,

    [Parameter(ParameterSetName = 'Since', Mandatory = $true)]
    [datetime] $Since,

    [Parameter(ParameterSetName = 'Stop', Mandatory = $true)]
    [Parameter(ParameterSetName = 'Since', Mandatory = $true)]
    [string] $Out,

    [Parameter(ParameterSetName = 'Stop')]
    [Parameter(ParameterSetName = 'Since')]
    [string[]] $Log = @(),

    [Parameter(ParameterSetName = 'Stop')]
    [Parameter(ParameterSetName = 'Since')]
    [switch] $NoWait,

    [Parameter(ParameterSetName = 'Stop')]
    [Parameter(ParameterSetName = 'Since')]
    [switch] $Xml,

    [Parameter(ParameterSetName = 'Stop')]
    [Parameter(ParameterSetName = 'Since')]
    [switch] $NoZip
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'

# The service stops three minutes after its last client has gone; what it owed
# to writers until then it has delivered or never will.
$IdleSeconds = 185
$State = Join-Path $env:ProgramData 'vss-capture'
$Lists = Join-Path $State 'vssadmin.txt'
$Began = Join-Path $State 'began.txt'
$Utf8 = New-Object System.Text.UTF8Encoding($false)

function Stop-Here([string] $Text) {
    [Console]::Error.WriteLine("vss-capture: $Text")
    exit 1
}

function Say([string] $Text) {
    Write-Host "vss-capture: $Text"
}

function Test-Administrator {
    $id = [Security.Principal.WindowsIdentity]::GetCurrent()
    $me = New-Object Security.Principal.WindowsPrincipal($id)
    return $me.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
}

function Get-UtcText([datetime] $Time) {
    return $Time.ToString('yyyy-MM-ddTHH:mm:ss.fffZ',
        [Globalization.CultureInfo]::InvariantCulture)
}

function Get-OffsetText {
    $offset = [TimeZoneInfo]::Local.GetUtcOffset([DateTime]::UtcNow)
    $sign = '+'
    if ($offset -lt [TimeSpan]::Zero) { $sign = '-' }
    return $sign + $offset.Duration().ToString('hh\:mm')
}

# A line that vsscheck reads the host from, and a person the rest.
function Get-Heading([string] $When) {
    $os = Get-CimInstance -ClassName Win32_OperatingSystem
    $now = Get-UtcText ([DateTime]::UtcNow)
    return ('vss-capture: host={0} utc-offset={1} time={2} list={3} os={4} {5}' -f
        $env:COMPUTERNAME, (Get-OffsetText), $now, $When, $os.Version,
        $os.Caption)
}

# Lines that a program prints, whatever code page it prints them in. (What it
# prints as an error would end the script otherwise.)
function Get-Output([string] $Program, [string[]] $Arguments) {
    $ErrorActionPreference = 'Continue'
    $lines = & $Program @Arguments 2>&1 | ForEach-Object { "$_" }
    return @($lines)
}

function Add-Lists([string] $File, [string] $When) {
    $text = @(Get-Heading $When)
    foreach ($what in 'writers', 'shadows', 'providers') {
        $text += Get-Output 'vssadmin.exe' @('list', $what)
    }
    [IO.File]::AppendAllText($File, (($text -join "`r`n") + "`r`n"), $Utf8)
}

function Get-Query([string] $Condition, [datetime] $From, [datetime] $To) {
    $time = "TimeCreated[@SystemTime>='{0}' and @SystemTime<='{1}']" -f
        (Get-UtcText $From), (Get-UtcText $To)
    if ($Condition) { $time = "($Condition) and $time" }
    return "*[System[$time]]"
}

function Test-EventLog([string] $Name) {
    $ErrorActionPreference = 'Continue'
    & wevtutil.exe gl "$Name" 2>$null | Out-Null
    return $LASTEXITCODE -eq 0
}

# As .evtx, or as XML in UTF-16: the program's own bytes, since a pipe of
# PowerShell would lose what the console's code page does not have.
function Export-EventLog([string] $Name, [string] $File, [string] $Query) {
    $ErrorActionPreference = 'Continue'
    if (-not (Test-EventLog $Name)) {
        Say "no log $Name on this host"
        return
    }
    if (-not $Xml) {
        & wevtutil.exe epl "$Name" "$File.evtx" "/q:$Query" '/ow:true'
        if ($LASTEXITCODE -ne 0) { Say "$Name could not be exported" }
        return
    }
    $arguments = @('qe', "`"$Name`"", "`"/q:$Query`"", '/f:xml', '/e:Events',
        '/uni:true')
    $p = Start-Process -FilePath 'wevtutil.exe' -ArgumentList $arguments `
        -NoNewWindow -Wait -PassThru -RedirectStandardOutput "$File.xml"
    if ($p.ExitCode -ne 0) { Say "$Name could not be exported" }
}

function Export-EventLogs([string] $Folder, [datetime] $From, [datetime] $To) {
    # of the Security log nothing but what VSS and its auditing write
    $wanted = @(
        @('Microsoft-Windows-Sysmon/Operational', 'Sysmon',
            'EventID=1 or EventID=5 or EventID=12 or EventID=13'),
        @('Security', 'Security',
            'EventID=8222 or EventID=4904 or EventID=4905'),
        @('Application', 'Application', ''),
        @('System', 'System', ("EventID=7036 or Provider[@Name='volsnap' or " +
            "@Name='Volsnap' or @Name='EventLog' or " +
            "@Name='Microsoft-Windows-Kernel-General']")),
        @('Directory Service', 'DirectoryService', ''),
        @('Microsoft-Windows-VolumeSnapshot-Driver/Operational',
            'VolumeSnapshotDriver', '')
    )
    foreach ($w in $wanted) {
        $query = Get-Query $w[2] $From $To
        Export-EventLog $w[0] (Join-Path $Folder $w[1]) $query
    }
}

# The newest occurrence of each step, with results, states and set ids.
function Export-Diag([string] $Folder) {
    $ErrorActionPreference = 'Continue'
    $file = Join-Path $Folder 'VSS-Diag.reg'
    & reg.exe export 'HKLM\SYSTEM\CurrentControlSet\Services\VSS\Diag' `
        "$file" /y 2>$null | Out-Null
    if ($LASTEXITCODE -ne 0) { Say 'VSS\Diag could not be exported' }
}

function Copy-File([string] $From, [string] $To) {
    try {
        Copy-Item -LiteralPath $From -Destination $To
    } catch {
        Say "$From could not be copied: $($_.Exception.Message)"
    }
}

# One folder serves all instances; the writer rolls the file over at 1 MB.
function Copy-SqlWriterLogs([string] $Folder) {
    foreach ($root in $env:ProgramFiles, ${env:ProgramFiles(x86)}) {
        if (-not $root) { continue }
        $shared = Join-Path $root 'Microsoft SQL Server\90\Shared'
        if (-not (Test-Path -LiteralPath $shared)) { continue }
        Get-ChildItem -LiteralPath $shared -Filter 'SqlWriterLogger*.txt' |
            ForEach-Object {
                Copy-File $_.FullName (Join-Path $Folder $_.Name)
            }
    }
}

# Each instance's ERRORLOG is named by its start parameter -e.
function Copy-ErrorLogs([string] $Folder) {
    $base = 'HKLM:\SOFTWARE\Microsoft\Microsoft SQL Server'
    $names = "$base\Instance Names\SQL"
    if (-not (Test-Path -LiteralPath $names)) { return }
    $key = Get-Item -LiteralPath $names
    foreach ($instance in $key.GetValueNames()) {
        $id = $key.GetValue($instance)
        $parameters = "$base\$id\MSSQLServer\Parameters"
        if (-not (Test-Path -LiteralPath $parameters)) { continue }
        $values = Get-Item -LiteralPath $parameters
        foreach ($name in $values.GetValueNames()) {
            $value = [string] $values.GetValue($name)
            if (-not $value.StartsWith('-e')) { continue }
            $to = Join-Path $Folder "ERRORLOG-$instance.txt"
            Copy-File $value.Substring(2) $to
        }
    }
}

function Copy-Logs([string] $Folder) {
    foreach ($file in $Log) {
        $name = [IO.Path]::GetFileName($file)
        Copy-File $file (Join-Path $Folder "log-$name")
    }
}

function Wait-ForShutdown {
    if ($NoWait) { return }
    Say "waiting $IdleSeconds s for what VSS does after the backup"
    Start-Sleep -Seconds $IdleSeconds
}

function New-OutFolder {
    $script:Out = $Out.TrimEnd('\', '/')
    if ((Test-Path -LiteralPath $Out) -and
        @(Get-ChildItem -LiteralPath $Out -Force).Count) {
        Stop-Here "$Out is there and not empty"
    }
    if ((-not $NoZip) -and (Test-Path -LiteralPath "$Out.zip")) {
        Stop-Here "$Out.zip is there already"
    }
    return (New-Item -ItemType Directory -Path $Out -Force).FullName
}

function Remove-State {
    if (Test-Path -LiteralPath $State) {
        Remove-Item -LiteralPath $State -Recurse -Force
    }
}

function Start-Capture {
    if (Test-Path -LiteralPath $Began) {
        Stop-Here 'started already: -Stop or -Cancel first'
    }
    New-Item -ItemType Directory -Path $State -Force | Out-Null
    if (-not (Test-EventLog 'Microsoft-Windows-Sysmon/Operational')) {
        Say 'Sysmon is not installed: the steps of VSS will be missing'
    }
    Add-Lists $Lists 'before'
    $now = [DateTime]::UtcNow.ToString('o')
    [IO.File]::WriteAllText($Began, $now, $Utf8)
    Say 'started; run the backup, then -Stop -Out FOLDER'
}

function Get-Began {
    if (-not (Test-Path -LiteralPath $Began)) {
        Stop-Here 'not started: -Start comes before the backup, or -Since'
    }
    $text = [IO.File]::ReadAllText($Began).Trim()
    return [DateTime]::Parse($text, [Globalization.CultureInfo]::InvariantCulture,
        [Globalization.DateTimeStyles]::RoundtripKind)
}

function Save-Capture([datetime] $From) {
    $folder = New-OutFolder
    Wait-ForShutdown
    $to = [DateTime]::UtcNow
    $file = Join-Path $folder 'vssadmin.txt'
    if (Test-Path -LiteralPath $Lists) { Copy-Item -LiteralPath $Lists $file }
    # before vssadmin asks VSS again, and leaves its own steps in the registry
    Export-Diag $folder
    Export-EventLogs $folder $From $to
    Add-Lists $file 'after'
    Copy-SqlWriterLogs $folder
    Copy-ErrorLogs $folder
    Copy-Logs $folder
    if (-not $NoZip) {
        Compress-Archive -Path (Join-Path $folder '*') `
            -DestinationPath "$folder.zip"
    }
    Say "in ${folder}: vsscheck FOLDER, or the zip file"
}

if (-not (Test-Administrator)) {
    Stop-Here 'run this as administrator (Run as administrator)'
}
switch ($PSCmdlet.ParameterSetName) {
    'None' { Stop-Here '-Start, -Stop -Out FOLDER, -Cancel, or -Since TIME -Out FOLDER' }
    'Start' { Start-Capture }
    'Cancel' { Remove-State }
    'Since' { Save-Capture $Since.ToUniversalTime() }
    'Stop' {
        Save-Capture (Get-Began)
        Remove-State
    }
}
exit 0
