"""The CRM's records: catalogue of tables, predicates with one meaning, and the port behind which stores are swapped."""
