module meshprobe.invalid/lab/pause

go 1.26
