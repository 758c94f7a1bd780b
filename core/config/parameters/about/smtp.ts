/** What parameters of the SMTP server, its helpers and the SMTP and LMTP clients do, one sentence each. */
export const SERVER = `
smtpd_authorized_verp_clients: Clients that may ask for VERP senders.
smtpd_authorized_xclient_hosts: Clients that may say with XCLIENT that they are somebody else.
smtpd_authorized_xforward_hosts: Clients that may say with XFORWARD where a message came from.
smtpd_banner: The text after 220 in the greeting.
smtpd_client_auth_rate_limit: How often a client may try to log in per unit of time.
smtpd_client_connection_count_limit: How many connections a client may have at a time.
smtpd_client_connection_rate_limit: How often a client may connect per unit of time.
smtpd_client_event_limit_exceptions: Clients that these limits do not apply to.
smtpd_client_message_rate_limit: How many messages a client may send per unit of time.
smtpd_client_new_tls_session_rate_limit: How many new TLS sessions a client may begin per unit of time.
smtpd_client_port_logging: Whether client ports are logged.
smtpd_client_recipient_rate_limit: How many recipients a client may name per unit of time.
smtpd_client_restrictions: What is checked when a client connects, in order.
smtpd_command_filter: A table that changes commands before they are understood.
smtpd_data_restrictions: What is checked at DATA, in order.
smtpd_delay_open_until_valid_rcpt: Whether a message is begun only when a recipient was accepted.
smtpd_delay_reject: Whether client, HELO and sender checks wait until RCPT TO.
smtpd_discard_ehlo_keyword_address_maps: By client: EHLO keywords that are not announced.
smtpd_discard_ehlo_keywords: EHLO keywords that are not announced.
smtpd_dns_reply_filter: A table that changes or drops DNS answers for the server.
smtpd_end_of_data_restrictions: What is checked at the end of a message, in order.
smtpd_enforce_tls: The old name of smtpd_tls_security_level = encrypt.
smtpd_error_sleep_time: The pause before an answer when a client made errors.
smtpd_etrn_restrictions: What is checked at ETRN, in order.
smtpd_expansion_filter: Characters that may stand in $name values of block list replies.
smtpd_forbid_bare_newline: What is done about lines that end without CR.
smtpd_forbid_bare_newline_exclusions: Clients that may end lines without CR.
smtpd_forbid_bare_newline_reject_code: The reply code for lines that end without CR.
smtpd_forbid_unauth_pipelining: Whether clients that talk before their turn are disconnected.
smtpd_forbidden_commands: Commands that end the session at once.
smtpd_hard_error_limit: After how many errors a client is disconnected.
smtpd_helo_required: Whether a client must say HELO or EHLO.
smtpd_helo_restrictions: What is checked at HELO and EHLO, in order.
smtpd_history_flush_threshold: How many lines of a command history are kept.
smtpd_junk_command_limit: How many commands that do nothing are allowed before they count as errors.
smtpd_log_access_permit_actions: Which permissions of access tables are logged.
smtpd_milter_maps: By client: which milters are asked.
smtpd_milters: Mail filters that are asked about mail that comes in over SMTP.
smtpd_min_data_rate: How fast a client must send at least.
smtpd_noop_commands: Commands that are answered as NOOP.
smtpd_null_access_lookup_key: What the empty sender is looked up as in access tables.
smtpd_peername_lookup: Whether client names are looked up.
smtpd_per_request_deadline: Whether timeouts are for the whole command.
smtpd_policy_service_default_action: What is done when a policy service does not answer.
smtpd_policy_service_max_idle: How long an unused connection to a policy service stays open.
smtpd_policy_service_max_ttl: How long a connection to a policy service is used at most.
smtpd_policy_service_policy_context: A word that is sent to policy services.
smtpd_policy_service_request_limit: How many questions one connection to a policy service carries.
smtpd_policy_service_retry_delay: The pause before a policy service is asked again.
smtpd_policy_service_timeout: How long to wait for a policy service.
smtpd_policy_service_try_limit: How often a policy service is asked before that counts as failed.
smtpd_proxy_ehlo: The name given to the filter before the queue.
smtpd_proxy_filter: A filter that mail goes through before it is accepted.
smtpd_proxy_options: How mail is given to that filter.
smtpd_proxy_timeout: How long to wait for that filter.
smtpd_recipient_limit: How many recipients a message may have.
smtpd_recipient_overshoot_limit: How many more recipients are answered 452 before that counts as an error.
smtpd_recipient_restrictions: What is checked at RCPT TO, in order; the first rule that answers wins.
smtpd_reject_footer: A text that is added to each refusal.
smtpd_reject_footer_maps: By reply: a text that is added to it.
smtpd_reject_unlisted_recipient: Whether unknown recipients are refused at RCPT TO without being asked for.
smtpd_reject_unlisted_sender: Whether senders that would be unknown as recipients are refused.
smtpd_relay_before_recipient_restrictions: Whether relay restrictions are checked first.
smtpd_relay_restrictions: Who may send to domains that are not ours, checked at RCPT TO.
smtpd_restriction_classes: Names for lists of restrictions, to be used like restrictions.
smtpd_sasl_auth_enable: Whether clients can log in.
smtpd_sasl_authenticated_header: Whether the login name is written into Received.
smtpd_sasl_exceptions_networks: Clients that AUTH is not announced to.
smtpd_sasl_local_domain: The realm of logins.
smtpd_sasl_mechanism_filter: Which login mechanisms are announced.
smtpd_sasl_path: Where the SASL implementation is found.
smtpd_sasl_response_limit: How long an answer in a login may be.
smtpd_sasl_security_options: Which login mechanisms are not allowed without TLS.
smtpd_sasl_service: The service name told to the SASL implementation.
smtpd_sasl_tls_security_options: Which login mechanisms are not allowed with TLS.
smtpd_sasl_type: The SASL implementation: cyrus or dovecot.
smtpd_sender_login_maps: Which logins own a sender address.
smtpd_sender_restrictions: What is checked at MAIL FROM, in order.
smtpd_soft_error_limit: After how many errors answers become slow.
smtpd_starttls_timeout: How long the TLS handshake may take.
smtpd_timeout: How long to wait for a client's next command.
smtpd_upstream_proxy_protocol: The protocol by which a proxy in front tells the client's address.
smtpd_upstream_proxy_timeout: How long to wait for that proxy.
smtpd_use_tls: The old name of smtpd_tls_security_level = may.
milter_command_timeout: How long to wait for a milter after a command.
milter_connect_timeout: How long to wait for the connection to a milter.
milter_content_timeout: How long to wait for a milter after the message.
milter_default_action: What is done when a milter fails.
milter_header_checks: Patterns for headers that milters add.
milter_macro_daemon_name: What milters are told as the daemon's name.
milter_macro_defaults: Values of macros that are not set.
milter_macro_v: What milters are told as the version.
milter_protocol: The version of the milter protocol.
non_smtpd_milters: Mail filters that are asked about mail that does not come over SMTP.
unknown_address_reject_code: The reply code for addresses whose domain has no mail.
unknown_address_tempfail_action: What is done when that cannot be found out.
unknown_client_reject_code: The reply code for clients without a name.
unknown_helo_hostname_tempfail_action: What is done when a HELO name cannot be looked up.
unknown_hostname_reject_code: The reply code for HELO names that do not exist.
unknown_local_recipient_reject_code: The reply code for unknown local recipients.
unknown_relay_recipient_reject_code: The reply code for unknown recipients of relay_domains.
unknown_virtual_alias_reject_code: The reply code for unknown recipients of virtual_alias_domains.
unknown_virtual_mailbox_reject_code: The reply code for unknown recipients of virtual_mailbox_domains.
unverified_recipient_defer_code: The reply code when a recipient's probe has no result yet.
unverified_recipient_reject_code: The reply code when a recipient's probe failed.
unverified_recipient_reject_reason: What the client is told in place of the probe's own result.
unverified_recipient_tempfail_action: What is done when a recipient's probe has no result yet.
unverified_sender_defer_code: The reply code when a sender's probe has no result yet.
unverified_sender_reject_code: The reply code when a sender's probe failed.
unverified_sender_reject_reason: What the client is told in place of the probe's own result.
unverified_sender_tempfail_action: What is done when a sender's probe has no result yet.
`;

/** Of smtp(8) and of lmtp(8), without the prefix. */
export const CLIENT = `
address_preference: Which of a server's IPv4 and IPv6 addresses is tried first.
address_verify_target: At which command a probe ends.
always_send_ehlo: Whether EHLO is said to every server.
balance_inet_protocols: Whether both address families get their share of tries.
bind_address: The IPv4 address that connections come from.
bind_address6: The IPv6 address that connections come from.
bind_address_enforce: Whether delivery waits when that address cannot be used.
body_checks: Patterns for body lines of mail that is sent on.
cname_overrides_servername: Whether a CNAME's target is the server's name for TLS and logins.
connect_timeout: How long to wait for a connection.
connection_cache_destinations: Destinations whose connections are kept for the next message.
connection_cache_on_demand: Whether connections are kept while there is more mail for them.
connection_cache_time_limit: How long an unused connection is kept.
connection_reuse_count_limit: For how many messages a connection is used; 0: without limit.
connection_reuse_time_limit: For how long a connection is used.
data_done_timeout: How long to wait for the answer to a message.
data_init_timeout: How long to wait for the answer to DATA.
data_xfer_timeout: How long sending a piece of the message may take.
defer_if_no_mx_address_found: Whether mail waits when no mail exchanger has an address.
delivery_status_filter: A table that changes status codes and texts of these deliveries.
discard_ehlo_keyword_address_maps: By server: EHLO keywords that are ignored.
discard_ehlo_keywords: EHLO keywords that are ignored.
dns_reply_filter: A table that changes or drops DNS answers for the client.
dns_resolver_options: Options of the system's resolver.
dns_support_level: Whether DNS, and DNSSEC, are used.
enforce_tls: The old name of a TLS security level of encrypt.
fallback_relay: Where mail goes when a destination cannot be reached.
generic_maps: Rewrites local addresses into ones that are valid outside when mail is sent.
header_checks: Patterns for headers of mail that is sent on.
helo_name: The name given with HELO and EHLO.
helo_timeout: How long to wait for the answer to HELO and EHLO.
host_lookup: How host names are looked up: dns, native or both.
line_length_limit: How long a line may be when it is sent; longer ones are folded.
mail_timeout: How long to wait for the answer to MAIL FROM.
mime_header_checks: Patterns for MIME headers of mail that is sent on.
min_data_rate: How fast a server must take data at least.
mx_address_limit: How many addresses of a destination are tried.
mx_session_limit: How many sessions are tried before the next try is left for later.
nested_header_checks: Patterns for headers of attached messages in mail that is sent on.
never_send_ehlo: Whether only HELO is said.
per_request_deadline: Whether timeouts are for the whole command.
pix_workaround_delay_time: How long to wait before the end of data for broken firewalls.
pix_workaround_maps: By server: which workarounds for broken firewalls are used.
pix_workaround_threshold_time: From which age of a message on workarounds are used.
pix_workarounds: Workarounds for broken firewalls.
quit_timeout: How long to wait for the answer to QUIT.
quote_rfc821_envelope: Whether addresses are quoted as the standard asks.
randomize_addresses: Whether equally good servers are tried in random order.
rcpt_timeout: How long to wait for the answer to RCPT TO.
reply_filter: A table that changes replies of servers.
rset_timeout: How long to wait for the answer to RSET.
sasl_auth_cache_name: Where failed logins are remembered.
sasl_auth_cache_time: How long a failed login is remembered.
sasl_auth_enable: Whether the client logs in.
sasl_auth_soft_bounce: Whether mail waits after a failed login, in place of being returned.
sasl_mechanism_filter: Which login mechanisms may be used.
sasl_password_maps: By server: login and password.
sasl_path: Where the SASL implementation is found.
sasl_security_options: Which login mechanisms are not used without TLS.
sasl_tls_security_options: Which login mechanisms are not used with TLS.
sasl_tls_verified_security_options: Which login mechanisms are not used with a server whose certificate was verified.
sasl_type: The SASL implementation.
send_dummy_mail_auth: Whether AUTH=<> is sent with MAIL FROM.
send_xforward_command: Whether the server is told where the message came from.
sender_dependent_authentication: Whether logins depend on the sender.
skip_5xx_greeting: Whether the next server is tried after a greeting with 5xx.
skip_quit_response: Whether the answer to QUIT is not waited for.
starttls_timeout: How long the TLS handshake may take.
tcp_port: The port that is connected to.
tls_block_early_mail_reply: Whether it is checked that nothing was slipped in before TLS.
tls_connection_reuse: Whether TLS connections are kept through tlsproxy(8).
tls_dane_insecure_mx_policy: The TLS level for hosts whose MX record is not signed.
tls_enforce_peername: Whether the server's name must be in its certificate.
tls_fingerprint_cert_match: Fingerprints that the server's certificate must have.
tls_force_insecure_host_tlsa_lookup: Whether TLSA records are looked up for unsigned hosts too.
tls_note_starttls_offer: Whether servers that offer TLS unused are logged.
tls_per_site: By server: the TLS level, in the old form.
tls_policy_maps: By destination: the TLS level and what goes with it.
tls_scert_verifydepth: How long a server's chain of certificates may be.
tls_secure_cert_match: Names that are accepted at the level secure.
tls_servername: The name sent to the server in the TLS handshake.
tls_trust_anchor_file: Certificates that are trusted in place of the usual ones.
tls_verify_cert_match: Names that are accepted at the level verify.
use_tls: The old name of a TLS security level of may.
xforward_timeout: How long to wait for the answer to XFORWARD.
`;

/** Of every program that uses TLS, without the prefix. */
export const TLS = `
CAfile: A file with certificates of authorities that are trusted.
CApath: A folder with certificates of authorities that are trusted.
always_issue_session_ids: Whether sessions get an id even when they are not kept.
ask_ccert: Whether clients are asked for a certificate.
auth_only: Whether logging in needs TLS.
ccert_verifydepth: How long a client's chain of certificates may be.
cert_file: The file with the RSA certificate.
chain_files: Files with keys and certificates, each key before its chain.
ciphers: The weakest ciphers used when TLS is optional.
dcert_file: The file with the DSA certificate, which is obsolete.
dh1024_param_file: A file with Diffie-Hellman parameters.
dh512_param_file: A file with export-grade parameters, which is obsolete.
dkey_file: The file with the DSA key, which is obsolete.
eccert_file: The file with the ECDSA certificate.
eckey_file: The file with the ECDSA key.
eecdh_grade: The strength of elliptic-curve key exchange.
exclude_ciphers: Ciphers that are never used.
fingerprint_digest: The digest that fingerprints are made with.
key_file: The file with the RSA key.
loglevel: How much is logged about TLS.
mandatory_ciphers: The weakest ciphers used when TLS is required.
mandatory_exclude_ciphers: Ciphers that are not used when TLS is required.
mandatory_protocols: The TLS versions used when TLS is required.
protocols: The TLS versions used when TLS is optional.
received_header: Whether Received says which TLS was used.
req_ccert: Whether clients must have a certificate.
security_level: Whether TLS is off, offered or required.
session_cache_database: Where TLS sessions are kept.
session_cache_timeout: How long TLS sessions are kept.
wrappermode: Whether TLS begins at once, without STARTTLS.
loglevel_parameter: The name of the parameter that says how much is logged about TLS.
enforce_tls: Whether TLS is required, in the old form.
use_tls: Whether TLS is offered, in the old form.
per_site: By server: the TLS level, in the old form.
policy_maps: By destination: the TLS level and what goes with it.
scert_verifydepth: How long a server's chain of certificates may be.
`;

/** What all TLS has in common. */
export const TLS_LIBRARY = `
tls_append_default_CA: Whether the system's authorities are trusted as well.
tls_config_file: The OpenSSL configuration file that is read.
tls_config_name: The section of that file.
tls_daemon_random_bytes: How much randomness a daemon asks for.
tls_dane_digests: The digests that TLSA records may use, best first.
tls_disable_workarounds: OpenSSL workarounds that are switched off.
tls_eecdh_auto_curves: The curves that may be negotiated.
tls_eecdh_strong_curve: The curve of the grade strong.
tls_eecdh_ultra_curve: The curve of the grade ultra.
tls_export_cipherlist: The ciphers of the grade export.
tls_fast_shutdown_enable: Whether a TLS session ends without waiting for the other side.
tls_high_cipherlist: The ciphers of the grade high.
tls_legacy_public_key_fingerprints: Whether public key fingerprints are made the old way.
tls_low_cipherlist: The ciphers of the grade low.
tls_medium_cipherlist: The ciphers of the grade medium.
tls_null_cipherlist: The ciphers of the grade null, which do not encrypt.
tls_preempt_cipherlist: Whether the server's order of ciphers counts.
tls_random_bytes: How much randomness tlsmgr(8) reads at a time.
tls_random_exchange_name: Where tlsmgr(8) keeps randomness between two runs.
tls_random_prng_update_period: How often that is renewed.
tls_random_reseed_period: How often randomness is read anew.
tls_random_source: Where randomness comes from.
tls_server_sni_maps: By the name that the client asks for: keys and certificates.
tls_session_ticket_cipher: What session tickets are encrypted with.
tls_ssl_options: OpenSSL options that are switched on.
tls_wildcard_matches_multiple_labels: Whether *.example.com stands for a.b.example.com too.
tlsproxy_watchdog_timeout: How long tlsproxy(8) may take for one request.
tlsproxy_enforce_tls: The old name of tlsproxy_tls_security_level = encrypt.
tlsproxy_use_tls: The old name of tlsproxy_tls_security_level = may.
`;
