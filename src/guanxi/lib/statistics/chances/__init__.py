"""How likely something is, learnt from cases that ended: `learning.learn` for many, `shrinking.shrunk` for few.

Every row is a case as it was known at an instant; `snapshots` refuses what was written later. Whether a deal is won, a
prospect orders or a contract is not renewed is the same question, so all three are asked here.
"""
