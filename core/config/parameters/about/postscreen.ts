/** What postscreen(8)'s parameters do, one sentence each. */
export const POSTSCREEN = `
postscreen_access_list: Clients that are let through, or refused, before any test.
postscreen_allowlist_interfaces: The addresses on which a client can pass the tests.
postscreen_bare_newline_action: What is done with clients that end lines without CR.
postscreen_bare_newline_enable: Whether clients are tested for lines that end without CR.
postscreen_bare_newline_ttl: How long passing the test for line ends counts.
postscreen_cache_cleanup_interval: How often old results are thrown away.
postscreen_cache_map: Where results are kept.
postscreen_cache_retention_time: How long an expired result is kept.
postscreen_client_connection_count_limit: How many connections a client may have at a time.
postscreen_command_count_limit: How many commands a client may give during the tests.
postscreen_command_filter: A table that changes commands before they are understood.
postscreen_command_time_limit: How long to wait for a command during the tests.
postscreen_denylist_action: What is done with clients that the access list refuses.
postscreen_disable_vrfy_command: Whether VRFY is refused during the tests.
postscreen_discard_ehlo_keyword_address_maps: By client: EHLO keywords that are not announced during the tests.
postscreen_discard_ehlo_keywords: EHLO keywords that are not announced during the tests.
postscreen_dnsbl_action: What is done with clients that block lists name.
postscreen_dnsbl_allowlist_threshold: Below which score a client passes without further tests.
postscreen_dnsbl_max_ttl: How long a block list's answer counts at most.
postscreen_dnsbl_min_ttl: How long a block list's answer counts at least.
postscreen_dnsbl_reply_map: The names under which block lists are told to clients.
postscreen_dnsbl_sites: Block lists, each with a weight.
postscreen_dnsbl_threshold: From which score on a client is acted upon.
postscreen_dnsbl_timeout: How long to wait for block lists.
postscreen_enforce_tls: The old name of postscreen_tls_security_level = encrypt.
postscreen_expansion_filter: Characters that may stand in $name values of replies.
postscreen_forbidden_commands: Commands that end the session at once.
postscreen_greet_action: What is done with clients that talk before the greeting.
postscreen_greet_banner: The text that tempts clients to talk too early.
postscreen_greet_ttl: How long passing the greeting test counts.
postscreen_greet_wait: How long the greeting is held back.
postscreen_helo_required: Whether a client must say HELO during the tests.
postscreen_non_smtp_command_action: What is done with clients that speak another protocol.
postscreen_non_smtp_command_enable: Whether clients are tested for another protocol.
postscreen_non_smtp_command_ttl: How long passing that test counts.
postscreen_pipelining_action: What is done with clients that do not wait for answers.
postscreen_pipelining_enable: Whether clients are tested for not waiting.
postscreen_pipelining_ttl: How long passing that test counts.
postscreen_post_queue_limit: How many clients may wait for a server.
postscreen_pre_queue_limit: How many clients may be tested at a time.
postscreen_reject_footer: A text that is added to each refusal.
postscreen_reject_footer_maps: By reply: a text that is added to it.
postscreen_tls_security_level: Whether TLS is off, offered or required during the tests.
postscreen_upstream_proxy_protocol: The protocol by which a proxy in front tells the client's address.
postscreen_upstream_proxy_timeout: How long to wait for that proxy.
postscreen_use_tls: The old name of postscreen_tls_security_level = may.
postscreen_watchdog_timeout: How long postscreen(8) may take for one request.
`;
