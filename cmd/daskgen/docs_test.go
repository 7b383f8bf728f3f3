package main

import "flag"

var update = flag.Bool("update", false, "rewrite generated documentation and the files that scripts compare with")
