# ns ns2_loss.tcl LINKS.CSV LINK SECONDS: 300 Gbit/s of 4096-byte packets over one link of an exported table.
# Prints: packets sent, packets that arrived.
set file [open [lindex $argv 0]]
set names [split [gets $file] ,]
while {[gets $file line] >= 0} {
  set fields [split $line ,]
  if {[lindex $fields [lsearch $names link]] == [lindex $argv 1]} {
    set rate [expr {double([lindex $fields [lsearch $names rate_bps]])}]
    set delay [lindex $fields [lsearch $names latency_s]]
    set loss [expr {pow(10.0, [lindex $fields [lsearch $names log10_frame_loss]])}]
  }
}
close $file
global defaultRNG
$defaultRNG seed 7

set ns [new Simulator]
set a [$ns node]
set b [$ns node]
$ns simplex-link $a $b [format %.0f $rate] [format %.12f $delay] DropTail
$ns simplex-link $b $a [format %.0f $rate] [format %.12f $delay] DropTail
set errors [new ErrorModel]
$errors set rate_ $loss
$errors unit pkt
$errors ranvar [new RandomVariable/Uniform]
$errors drop-target [new Agent/Null]
$ns lossmodel $errors $a $b

set udp [new Agent/UDP]
$udp set packetSize_ 4096
$ns attach-agent $a $udp
set sink [new Agent/LossMonitor]
$ns attach-agent $b $sink
$ns connect $udp $sink
set cbr [new Application/Traffic/CBR]
$cbr set packetSize_ 4096
$cbr set rate_ 300Gb
$cbr attach-agent $udp
$ns at 0.0 "$cbr start"
$ns at [lindex $argv 2] "$cbr stop"
$ns at [expr {[lindex $argv 2] + 0.001}] {
  puts "[expr {[$sink set npkts_] + [$sink set nlost_]}] [$sink set npkts_]"
  exit 0
}
$ns run
