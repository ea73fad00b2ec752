"""How often customers will buy, whether they are still there, and what they are worth: models fitted to histories.

Start with `histories.Histories`, fit one of `bgnbd`, `mbgnbd`, `pnbd` for the number of purchases and `gamma_gamma`
for what each brings, then ask the fitted parameters. `docs/method/lifetimes.md` tells which to choose.
"""
