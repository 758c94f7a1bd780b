/^(Content-.*|X-.*)$/ PREPEND X-M: $1
