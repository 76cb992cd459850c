def observe(x, s):  # statements about the constants alone
    pass
