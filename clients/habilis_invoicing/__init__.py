"""The invoices companion: invoices and works billing files; it asks Habilis before every act."""
