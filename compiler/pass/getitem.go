package pass

func getitem(c *Context) {}
