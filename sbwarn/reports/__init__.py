"""What an office opens once a month: the risk report as page, workbook and files, and figures for the data team."""
