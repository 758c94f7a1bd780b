bob@example.test SRS0=x=y@example.test
