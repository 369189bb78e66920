# maintained automatically
