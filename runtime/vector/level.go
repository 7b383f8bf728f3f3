package vector

import (
	"fmt"
	"os"
)

// Level is an instruction set that the functions are written for.
type Level uint8

// The levels, from the slowest one.
const (
	Portable Level = iota // Go
	AVX2                  // amd64 with AVX2, FMA and BMI2
	AVX512                // amd64 with AVX-512 F, DQ, BW and VL
)

// levelNames are the names in LevelVariable.
var levelNames = [...]string{Portable: "portable", AVX2: "avx2", AVX512: "avx512"}

func (l Level) String() string { return levelNames[l] }

// LevelVariable is the environment variable that chooses the level. Without it
// the highest one is used that the processor has.
const LevelVariable = "DASKGEN_SIMD"

// level is the level in use. It changes in tests only.
var level = initialLevel()

// Current returns the level in use.
func Current() Level { return level }

// initialLevel ends the program where it is told a level that there is not: what
// a user wants to force should not silently be something else.
func initialLevel() Level {
	l, err := chooseLevel(os.Getenv(LevelVariable), supported())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	return l
}

// chooseLevel returns the level of a name, or the highest one for none.
func chooseLevel(name string, highest Level) (Level, error) {
	if name == "" {
		return highest, nil
	}
	for l, n := range levelNames {
		if n != name {
			continue
		}
		if Level(l) > highest {
			return 0, fmt.Errorf("%s=%s: this processor has no more than %s", LevelVariable, name, highest)
		}
		return Level(l), nil
	}
	return 0, fmt.Errorf("%s=%s: the levels are portable, avx2 and avx512", LevelVariable, name)
}
