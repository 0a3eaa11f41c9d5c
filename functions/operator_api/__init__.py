"""The operators' API: customer service looks, decides, registers partners, makes keys and jobs."""
