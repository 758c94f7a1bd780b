/^X-Fold: one\n\s+two$/ REPLACE X-Fold: matched with newline
/^X-F2: one.*three/s REPLACE X-F2: dot matches newline
