"""The CRM's tables, made from the catalogue: typed columns, ordered join tables for links, rows for attachments."""
