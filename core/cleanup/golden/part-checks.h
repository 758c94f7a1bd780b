/^(Content-.*|Subject:.*|X-.*)$/ PREPEND X-H: $1
