/* eslint-disable max-lines -- a table: one row a parameter */
/** What parameters do, one sentence each: those of addresses, queue, delivery and of the system as a whole. */
export const GENERAL = `
2bounce_notice_recipient: Who is told about notices that could not be delivered either.
access_map_defer_code: The reply code for DEFER in an access table.
access_map_reject_code: The reply code for REJECT in an access table.
address_verify_cache_cleanup_interval: How often expired results of address probes are thrown away.
address_verify_default_transport: The transport for probes of outside addresses.
address_verify_local_transport: The transport for probes of local addresses.
address_verify_map: Where results of address probes are kept.
address_verify_negative_cache: Whether failed probes are remembered too.
address_verify_negative_expire_time: How long a failed probe counts.
address_verify_negative_refresh_time: After how long a failed probe is tried again.
address_verify_pending_request_limit: How many probes may wait at a time.
address_verify_poll_count: How often smtpd asks for a probe's result before it answers the client.
address_verify_poll_delay: The pause between two of those questions.
address_verify_positive_expire_time: How long a successful probe counts.
address_verify_positive_refresh_time: After how long a successful probe is made anew.
address_verify_relay_transport: The transport for probes of relayed addresses.
address_verify_relayhost: The next hop for probes of outside addresses.
address_verify_sender: The envelope sender of probes.
address_verify_sender_dependent_default_transport_maps: By sender: the transport for probes of outside addresses.
address_verify_sender_dependent_relayhost_maps: By sender: the next hop for probes of outside addresses.
address_verify_sender_ttl: How often the probes' sender address changes; 0: never.
address_verify_transport_maps: The transport table for probes.
address_verify_virtual_transport: The transport for probes of virtual mailboxes.
alias_database: The alias tables that newaliases builds.
alias_maps: The alias tables that local delivery looks names up in.
allow_mail_to_commands: From where mail may go to commands: alias, forward, include.
allow_mail_to_files: From where mail may go to files: alias, forward, include.
allow_min_user: Whether a local part may begin with a dash.
allow_percent_hack: Whether user%domain is read as user@domain.
allow_untrusted_routing: Whether user@elsewhere@domain is relayed for strangers.
alternate_config_directories: Other configuration folders that commands may be pointed at.
always_add_missing_headers: Whether From, To, Date and Message-ID are added to mail of any client.
always_bcc: An address that gets a copy of every message.
anvil_rate_time_unit: The span over which client rates are counted.
anvil_status_update_time: How often anvil(8) logs its highest counts.
append_at_myorigin: Whether @$myorigin is added to addresses without domain.
append_dot_mydomain: Whether .$mydomain is added to domains without dot.
application_event_drain_time: How long a daemon waits for others to finish writing.
authorized_flush_users: Who may flush the queue.
authorized_mailq_users: Who may list the queue.
authorized_submit_users: Who may submit mail with sendmail.
backwards_bounce_logfile_compatibility: Whether bounce records are also kept in the old form.
berkeley_db_create_buffer_size: Memory used while a hash or btree table is built.
berkeley_db_read_buffer_size: Memory used to read a hash or btree table.
best_mx_transport: What happens to mail whose best mail exchanger is this host.
biff: Whether users that are logged in are told of new mail.
body_checks: Patterns for lines of the message body, with an action each.
body_checks_size_limit: How many bytes of each part body checks look at.
bounce_notice_recipient: Who gets copies of bounces when notify_classes has bounce.
bounce_queue_lifetime: How long a notice without sender is tried before it is given up.
bounce_size_limit: How much of the original message a notice returns.
bounce_template_file: A file with other texts for notices.
broken_sasl_auth_clients: Whether AUTH is announced in the old form as well.
canonical_classes: Which addresses canonical_maps changes.
canonical_maps: Rewrites addresses in envelope and headers.
cleanup_replace_stray_cr_lf: Whether single CR and LF in a message become spaces.
command_directory: Where Postfix's commands are installed.
command_execution_directory: The folder that commands of local delivery run in.
command_expansion_filter: Characters that may stand in $name values given to mailbox_command.
command_time_limit: How long a delivery command may run.
compatibility_level: Which version's defaults apply; below 3.6 old ones stay in use, with a warning.
config_directory: The folder with main.cf and master.cf.
confirm_delay_cleared: Whether the sender is told when delayed mail arrived after all.
connection_cache_protocol_timeout: How long to wait for the connection cache.
connection_cache_status_update_time: How often scache(8) logs what it did.
connection_cache_ttl_limit: The longest time a connection is kept open.
content_filter: The transport that all new mail goes to before it is delivered.
cyrus_sasl_config_path: Where Cyrus SASL looks for its configuration.
daemon_directory: Where Postfix's daemons are installed.
daemon_table_open_error_is_fatal: Whether a daemon ends when a table cannot be opened.
daemon_timeout: How long a daemon may take for one request.
data_directory: The folder for files that daemons write.
debug_peer_level: How much more is logged for the hosts of debug_peer_list.
debug_peer_list: Hosts whose sessions are logged in detail.
debugger_command: A debugger that daemons started with -D run.
default_database_type: The type of table that postmap and postalias build when none is named.
default_delivery_slot_cost: How many recipients are delivered before a smaller message may go ahead.
default_delivery_slot_discount: How much of that cost, in percent, is waived.
default_delivery_slot_loan: How many slots a message may borrow to go ahead earlier.
default_delivery_status_filter: A table that changes status codes and texts of deliveries.
default_destination_concurrency_failed_cohort_limit: After how many failed rounds a destination counts as dead.
default_destination_concurrency_limit: How many deliveries to one destination go on at a time.
default_destination_concurrency_negative_feedback: By how much a failure lowers that number.
default_destination_concurrency_positive_feedback: By how much a success raises that number.
default_destination_rate_delay: The pause between two deliveries to one destination.
default_destination_recipient_limit: How many recipients one delivery may have.
default_extra_recipient_limit: How many recipients more are kept in memory for messages that go ahead.
default_filter_nexthop: The next hop of content filters that name none.
default_minimum_delivery_slots: From how many recipients on a message may be overtaken.
default_privs: The user that commands run as when no other is known.
default_process_limit: How many processes a service may have.
default_rbl_reply: The text that a client on a block list is answered with.
default_recipient_limit: How many recipients per transport are kept in memory.
default_recipient_refill_delay: How often at least recipients are read into memory.
default_recipient_refill_limit: How many recipients are read into memory at once.
default_transport: How mail for domains that are not ours is delivered.
default_transport_rate_delay: The pause between two deliveries of one transport.
default_verp_delimiters: The two characters that VERP sender addresses are made with.
defer_code: The reply code of defer restrictions.
defer_transports: Transports whose mail waits until somebody flushes the queue.
delay_logging_resolution_limit: How many digits the delays in the log have.
delay_notice_recipient: Who gets copies of delay warnings when notify_classes has delay.
delay_warning_time: After how long senders are told that their mail is delayed; 0: never.
deliver_lock_attempts: How often locking a mailbox file is tried.
deliver_lock_delay: The pause between two of those tries.
destination_concurrency_feedback_debug: Whether changes of concurrency are logged.
detect_8bit_encoding_header: Whether bodies that arrive unlabelled are marked as 8bit.
disable_dns_lookups: Whether smtp and lmtp clients do without DNS.
disable_mime_input_processing: Whether MIME structure is ignored on arrival.
disable_mime_output_conversion: Whether 8bit mail is sent as it is to servers without 8BITMIME.
disable_verp_bounces: Whether a notice covers all recipients at once, also for VERP senders.
disable_vrfy_command: Whether VRFY is refused.
dns_ncache_ttl_fix_enable: Whether a negative DNS answer's time is limited by its SOA record.
dnsblog_reply_delay: An artificial delay of dnsblog(8), for tests.
dnssec_probe: The question that finds out whether the resolver checks DNSSEC.
dont_remove: Whether delivered queue files are kept for looking at.
double_bounce_sender: The local part of the sender of notices that must not be bounced.
duplicate_filter_limit: How many addresses are remembered so that nobody gets a message twice.
empty_address_default_transport_maps_lookup_key: What the empty sender is looked up as in sender_dependent_default_transport_maps.
empty_address_local_login_sender_maps_lookup_key: What the empty sender is looked up as in local_login_sender_maps.
empty_address_recipient: Who gets mail for the empty address.
empty_address_relayhost_maps_lookup_key: What the empty sender is looked up as in sender_dependent_relayhost_maps.
enable_idna2003_compatibility: Whether domain names are converted the old way.
enable_long_queue_ids: Whether queue ids are long and never used twice.
enable_original_recipient: Whether X-Original-To is kept and same addresses are told apart by it.
enable_threaded_bounces: Whether notices refer to the message they are about.
error_notice_recipient: Who is told of problems of classes other than bounce and delay.
execution_directory_expansion_filter: Characters that may stand in $name values of command_execution_directory.
expand_owner_alias: Whether the sender becomes what owner-list stands for, in place of owner-list itself.
export_environment: Environment variables that commands get to see.
fallback_transport: Where local mail for unknown users goes.
fallback_transport_maps: By recipient: where local mail for unknown users goes.
fast_flush_domains: Domains whose queued mail ETRN and postqueue -s can send for.
fast_flush_purge_time: When unused records for ETRN are thrown away.
fast_flush_refresh_time: When a record for ETRN is renewed.
fault_injection_code: Makes Postfix fail on purpose, for tests.
fork_attempts: How often starting a process is tried.
fork_delay: The pause between two of those tries.
forward_expansion_filter: Characters that may stand in $name values of forward_path.
forward_path: Where users' .forward files are looked for.
frozen_delivered_to: Whether Delivered-To is found once, before aliases are expanded.
hash_queue_depth: How many levels of folders the queue has.
hash_queue_names: The queues that have such levels.
header_address_token_limit: How many parts of an address header are looked at.
header_checks: Patterns for message headers, with an action each.
header_from_format: How a sender's full name is written into From.
header_size_limit: How long a header may be; what is more is cut.
helpful_warnings: Whether likely mistakes in the configuration are logged.
home_mailbox: A user's mailbox, by its path below the home folder; with a slash at the end: maildir.
hopcount_limit: How many Received headers a message may have before it counts as looping.
html_directory: Where the HTML manual is installed.
ignore_mx_lookup_error: Whether the address record is tried when MX records cannot be had.
import_environment: Environment variables that Postfix takes over when it starts.
in_flow_delay: How long arriving mail is slowed down when more comes in than goes out.
inet_interfaces: The network addresses that mail is received on.
inet_protocols: Which of IPv4 and IPv6 are used.
info_log_address_format: How addresses are written in the log.
initial_destination_concurrency: How many deliveries to a destination go on at first.
internal_mail_filter_classes: Which mail of Postfix's own goes through content checks.
invalid_hostname_reject_code: The reply code for a HELO name with bad syntax.
ipc_idle: How long an unused connection between daemons stays open.
ipc_timeout: How long daemons wait for each other.
ipc_ttl: How long a connection between daemons is used at most.
known_tcp_ports: Names of ports that need no look-up in the system's list.
line_length_limit: How long a line may be inside; longer ones are cut in pieces and joined again.
lmdb_map_size: How large an LMDB table is at first.
lmtp_assume_final: Whether delivery by LMTP counts as final when the server says nothing of DSN.
lmtp_discard_lhlo_keyword_address_maps: By server: LHLO keywords that are ignored.
lmtp_discard_lhlo_keywords: LHLO keywords that are ignored.
lmtp_lhlo_name: The name given with LHLO.
lmtp_lhlo_timeout: How long to wait for the answer to LHLO.
local_command_shell: The shell that commands of local delivery run in.
local_delivery_status_filter: A table that changes status codes and texts of local deliveries.
local_header_rewrite_clients: Clients whose header addresses are completed with our domain.
local_login_sender_maps: Which envelope senders a local user may use with sendmail.
local_recipient_maps: Tables with all local recipients; empty: anybody is taken.
local_transport: How mail for $mydestination is delivered.
luser_relay: Where mail for unknown local users goes.
mail_name: The name of the mail system in greetings and Received.
mail_owner: The system account that daemons run as.
mail_release_date: The date of this version.
mail_spool_directory: Where mailboxes in mbox format are.
mail_version: The version of Postfix.
mailbox_command: A command that local mail is delivered with.
mailbox_command_maps: By user: a command that local mail is delivered with.
mailbox_delivery_lock: How mailbox files are locked.
mailbox_size_limit: How large a mailbox may grow; 0: without limit.
mailbox_transport: A transport that delivers mail of all local users.
mailbox_transport_maps: By user: a transport that delivers local mail.
maillog_file: A file for the log in place of syslog.
maillog_file_compressor: What compresses old logs.
maillog_file_prefixes: The folders that maillog_file may be in.
maillog_file_rotate_suffix: The date that old logs get as a suffix.
mailq_path: Where mailq is installed.
manpage_directory: Where manual pages are installed.
maps_rbl_domains: Block lists for reject_maps_rbl, which is obsolete.
maps_rbl_reject_code: The reply code for clients and senders on a block list.
masquerade_classes: Which addresses masquerade_domains changes.
masquerade_domains: Domains whose subdomains are cut off addresses.
masquerade_exceptions: Users whose addresses are not masqueraded.
master_service_disable: Services of master.cf that are not started.
max_idle: How long a daemon waits for work before it ends.
max_use: After how many requests a daemon ends.
maximal_backoff_time: The longest time between two tries of deferred mail.
maximal_queue_lifetime: How long mail is tried before it is returned.
message_drop_headers: Headers that are taken off arriving mail.
message_reject_characters: Characters for which a message is refused.
message_size_limit: How large a message may be, in bytes; 0: without limit.
message_strip_characters: Characters that are taken out of messages.
meta_directory: Where files about the installation are.
mime_boundary_length_limit: How much of a MIME boundary is compared.
mime_header_checks: Patterns for headers of MIME parts, with an action each.
mime_nesting_limit: How deep MIME parts may be nested.
minimal_backoff_time: The shortest time between two tries of deferred mail.
multi_instance_directories: Configuration folders of other instances.
multi_instance_enable: Whether this instance is started by postmulti.
multi_instance_group: The group of this instance.
multi_instance_name: The name of this instance.
multi_instance_wrapper: The command that manages several instances.
multi_recipient_bounce_reject_code: The reply code for notices with several recipients.
mydestination: The domains whose mail is delivered to local users.
mydomain: The domain of this host.
myhostname: The full name of this host.
mynetworks: The clients that are trusted, above all to relay.
mynetworks_style: How mynetworks is made when it is not set: host, subnet or class.
myorigin: The domain that local names get.
nested_header_checks: Patterns for headers of attached messages, with an action each.
newaliases_path: Where newaliases is installed.
non_fqdn_reject_code: The reply code for names that are not complete.
notify_classes: The kinds of problems that postmaster is told of.
openssl_path: Where openssl is installed.
owner_request_special: Whether owner-list and list-request belong to list.
parent_domain_matches_subdomains: The lists and tables where a domain stands for its subdomains too.
permit_mx_backup_networks: Networks of primary mail exchangers that permit_mx_backup helps.
pipe_delivery_status_filter: A table that changes status codes and texts of deliveries to commands.
plaintext_reject_code: The reply code when TLS is required and not used.
postlogd_watchdog_timeout: How long postlogd(8) may take for one request.
postmulti_control_commands: Commands that postmulti gives to running instances.
postmulti_start_commands: Commands that start instances.
postmulti_stop_commands: Commands that stop instances.
prepend_delivered_header: For which deliveries Delivered-To is added: command, file, forward.
process_id: The number of the process that reads this.
process_id_directory: Where lock files of daemons are.
process_name: The name of the program that reads this.
propagate_unmatched_extensions: In which tables user+ext finds user and keeps the extension.
proxy_interfaces: Addresses that this host is reached at through a proxy or NAT.
proxy_read_maps: Tables that may be read through proxymap(8).
proxy_write_maps: Tables that may be written through proxymap(8).
qmgr_clog_warn_time: How often is warned of a destination that fills the queue.
qmgr_daemon_timeout: How long the queue manager may take for one request.
qmgr_fudge_factor: How much of the delivery resources one large mailing may take.
qmgr_ipc_timeout: How long the queue manager waits for other daemons.
qmgr_message_active_limit: How many messages are in the active queue at most.
qmgr_message_recipient_limit: How many recipients are kept in memory.
qmgr_message_recipient_minimum: How many recipients of a message are kept in memory at least.
qmqpd_authorized_clients: Clients that may use the QMQP server.
qmqpd_client_port_logging: Whether the QMQP server logs client ports.
qmqpd_error_delay: The pause before the QMQP server tells of an error.
qmqpd_timeout: How long the QMQP server waits for a client.
queue_directory: The folder of the queue.
queue_file_attribute_count_limit: How many attributes a queue file may have.
queue_minfree: How much disk space must be free to take mail.
queue_run_delay: How often the deferred queue is looked through.
rbl_reply_maps: By block list: the text that a listed client is answered with.
readme_directory: Where the README files are installed.
receive_override_options: What is left out when mail is received: address mapping, checks, and more.
recipient_bcc_maps: By recipient: who gets a copy.
recipient_canonical_classes: Which addresses recipient_canonical_maps changes.
recipient_canonical_maps: Rewrites recipient addresses in envelope and headers.
recipient_delimiter: The characters between user and extension, as + in user+ext.
reject_code: The reply code of reject restrictions.
reject_tempfail_action: What is done when a refusal depends on a look-up that failed.
relay_clientcerts: Fingerprints of client certificates that may relay.
relay_domains: Outside domains that mail is relayed to for anybody.
relay_domains_reject_code: The reply code for recipients that may not be relayed to.
relay_recipient_maps: Tables with all recipients of relay_domains; empty: anybody is taken.
relay_transport: How mail for relay_domains is delivered.
relayhost: The next hop for all mail to outside.
relocated_maps: New addresses of people who moved, told in a refusal.
remote_header_rewrite_domain: The domain that addresses in strangers' headers are completed with; empty: they stay.
require_home_directory: Whether local delivery waits until the user's home folder exists.
reset_owner_alias: Whether the alias owner is forgotten when aliases are expanded further.
resolve_dequoted_address: Whether addresses are resolved without quotes.
resolve_null_domain: Whether user@ means a local user.
resolve_numeric_domain: Whether user@1.2.3.4 means user@[1.2.3.4].
respectful_logging: Whether logs say allowlist and denylist.
sample_directory: Where sample files are installed.
send_cyrus_sasl_authzid: Whether the login name is sent twice with Cyrus SASL.
sender_bcc_maps: By sender: who gets a copy.
sender_canonical_classes: Which addresses sender_canonical_maps changes.
sender_canonical_maps: Rewrites sender addresses in envelope and headers.
sender_dependent_default_transport_maps: By sender: the transport in place of default_transport.
sender_dependent_relayhost_maps: By sender: the next hop in place of relayhost.
sendmail_fix_line_endings: When sendmail takes CR off line ends.
sendmail_path: Where sendmail is installed.
service_name: The name of the service that reads this.
service_throttle_time: How long a service that fails is left alone.
setgid_group: The group of postdrop and postqueue.
shlib_directory: Where Postfix's shared libraries are installed.
show_user_unknown_table_name: Whether "User unknown" says in which table.
smtputf8_autodetect_classes: Which mail is looked at for addresses that need SMTPUTF8.
smtputf8_enable: Whether addresses and headers may be UTF-8.
soft_bounce: Whether 5xx becomes 4xx, so that nothing is returned while you try things.
stale_lock_time: After how long a mailbox lock counts as forgotten.
stress: Set by master(8) when a service is overloaded.
strict_7bit_headers: Whether mail with 8bit headers is refused.
strict_8bitmime: Whether both kinds of 8bit content that is not marked are refused.
strict_8bitmime_body: Whether bodies with 8bit text that is not marked are refused.
strict_mailbox_ownership: Whether a mailbox file must belong to its user.
strict_mime_encoding_domain: Whether wrong encodings of message and multipart parts are refused.
strict_rfc821_envelopes: Whether addresses in MAIL and RCPT must stand in < >.
strict_smtputf8: Whether SMTPUTF8 must be announced for UTF-8 addresses.
sun_mailtool_compatibility: An obsolete way of locking mailboxes.
swap_bangpath: Whether site!user means user@site.
syslog_facility: The syslog facility of the log.
syslog_name: The name in front of each program in the log.
tcp_windowsize: A TCP window size other than the system's.
transport_maps: By recipient: transport and next hop.
transport_retry_time: After how long a transport that failed is tried again.
trigger_timeout: How long to wait until a daemon takes a trigger.
undisclosed_recipients_header: The header that mail without To and Cc gets.
verp_delimiter_filter: The characters that VERP delimiters may be.
virtual_alias_address_length_limit: How long an address may become by virtual aliases.
virtual_alias_domains: Domains that have aliases only, no mailboxes.
virtual_alias_expansion_limit: How many recipients a virtual alias may become.
virtual_alias_maps: Rewrites recipients, whatever their domain, before delivery.
virtual_alias_recursion_limit: How deep virtual aliases may refer to each other.
virtual_delivery_status_filter: A table that changes status codes and texts of virtual deliveries.
virtual_gid_maps: By recipient: the group that the mailbox belongs to.
virtual_mailbox_base: What is put in front of each path in virtual_mailbox_maps.
virtual_mailbox_domains: Domains whose addresses have mailboxes without being users.
virtual_mailbox_limit: How large such a mailbox may grow; 0: without limit.
virtual_mailbox_lock: How such mailbox files are locked.
virtual_mailbox_maps: By address: the mailbox, as a path below virtual_mailbox_base.
virtual_minimum_uid: The smallest user number that virtual_uid_maps may give.
virtual_transport: How mail for virtual_mailbox_domains is delivered.
virtual_uid_maps: By recipient: the user that the mailbox belongs to.
sandpost_allow_commands: Whether mail may start commands of this machine; only Sandpost has this.
`;
