"""The Reconciliation Service API 0.2, which OpenRefine speaks: two services, one over the public
lists, one over the buyer's own suppliers.

https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/
"""
