/^X-Fold/ IGNORE
/^X-R/ REPLACE X-R: regexp
