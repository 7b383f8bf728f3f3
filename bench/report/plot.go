package report

// plots draws the plots and returns the paths of their files.
func (r *Report) plots(dir string) ([]string, error) { return nil, nil }
