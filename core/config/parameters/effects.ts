/**
 * Whether a parameter does here what it does in Postfix: said wherever a parameter is shown. A name that is on no list is
 * "unknown": accepted, and not promised. Who reads a new parameter adds it to WORKS; a test finds those forgotten.
 */
export type Effect = 'works' | 'no-effect' | 'unknown';

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter((word) => word !== ''));

const OWN_WORKS = words(`
  2bounce_notice_recipient access_map_defer_code access_map_reject_code address_verify_cache_cleanup_interval
  address_verify_default_transport address_verify_local_transport address_verify_negative_cache
  address_verify_negative_expire_time address_verify_negative_refresh_time
  address_verify_pending_request_limit address_verify_poll_count address_verify_poll_delay
  address_verify_positive_expire_time address_verify_positive_refresh_time address_verify_relay_transport
  address_verify_relayhost address_verify_sender address_verify_sender_dependent_default_transport_maps
  address_verify_sender_dependent_relayhost_maps address_verify_sender_ttl address_verify_transport_maps
  address_verify_virtual_transport alias_database alias_maps allow_mail_to_commands allow_mail_to_files
  allow_min_user allow_percent_hack allow_untrusted_routing always_add_missing_headers always_bcc
  anvil_rate_time_unit append_at_myorigin append_dot_mydomain best_mx_transport body_checks
  body_checks_size_limit bounce_notice_recipient bounce_queue_lifetime bounce_size_limit
  bounce_template_file canonical_classes canonical_maps cleanup_replace_stray_cr_lf
  command_execution_directory command_expansion_filter command_time_limit compatibility_level
  config_directory content_filter data_directory default_database_type default_delivery_status_filter
  default_destination_concurrency_failed_cohort_limit default_destination_concurrency_negative_feedback
  default_destination_concurrency_positive_feedback initial_destination_concurrency
  default_destination_concurrency_limit default_destination_rate_delay default_destination_recipient_limit default_filter_nexthop
  default_process_limit default_rbl_reply default_transport default_transport_rate_delay default_verp_delimiters defer_code defer_transports
  delay_logging_resolution_limit delay_notice_recipient delay_warning_time detect_8bit_encoding_header
  disable_dns_lookups disable_verp_bounces disable_mime_input_processing disable_mime_output_conversion disable_vrfy_command
  double_bounce_sender duplicate_filter_limit empty_address_default_transport_maps_lookup_key
  empty_address_recipient empty_address_relayhost_maps_lookup_key enable_long_queue_ids
  enable_original_recipient enable_threaded_bounces error_notice_recipient
  execution_directory_expansion_filter expand_owner_alias export_environment
  fallback_transport fallback_transport_maps fast_flush_domains forward_expansion_filter forward_path
  frozen_delivered_to header_address_token_limit header_checks header_from_format header_size_limit
  helpful_warnings home_mailbox hopcount_limit ignore_mx_lookup_error inet_interfaces inet_protocols
  info_log_address_format internal_mail_filter_classes invalid_hostname_reject_code known_tcp_ports
  line_length_limit local_delivery_status_filter lmtp_assume_final lmtp_discard_lhlo_keyword_address_maps lmtp_discard_lhlo_keywords
  lmtp_lhlo_name lmtp_lhlo_timeout local_command_shell local_header_rewrite_clients local_recipient_maps
  local_transport luser_relay mail_name mail_spool_directory mail_version mailbox_command
  mailbox_command_maps mailbox_size_limit mailbox_transport mailbox_transport_maps maps_rbl_domains
  maps_rbl_reject_code masquerade_classes masquerade_domains masquerade_exceptions maximal_backoff_time
  maximal_queue_lifetime message_drop_headers message_reject_characters message_size_limit
  message_strip_characters mime_boundary_length_limit mime_header_checks mime_nesting_limit
  minimal_backoff_time multi_recipient_bounce_reject_code mydestination mydomain myhostname mynetworks
  mynetworks_style myorigin nested_header_checks non_fqdn_reject_code notify_classes
  owner_request_special parent_domain_matches_subdomains permit_mx_backup_networks pipe_delivery_status_filter
  prepend_delivered_header propagate_unmatched_extensions proxy_interfaces qmgr_message_active_limit
  queue_directory queue_run_delay rbl_reply_maps receive_override_options recipient_bcc_maps
  recipient_canonical_classes recipient_canonical_maps recipient_delimiter reject_code relay_domains
  relay_domains_reject_code relay_recipient_maps relay_transport relayhost relocated_maps
  remote_header_rewrite_domain require_home_directory reset_owner_alias resolve_dequoted_address
  resolve_null_domain resolve_numeric_domain sender_bcc_maps sender_canonical_classes
  sender_canonical_maps sender_dependent_default_transport_maps sender_dependent_relayhost_maps
  service_throttle_time show_user_unknown_table_name smtp_always_send_ehlo
  smtp_discard_ehlo_keyword_address_maps smtp_discard_ehlo_keywords smtp_helo_name smtp_helo_timeout
  smtp_never_send_ehlo smtpd_authorized_verp_clients smtpd_authorized_xclient_hosts
  smtpd_authorized_xforward_hosts smtpd_banner smtpd_client_connection_count_limit
  smtpd_client_connection_rate_limit smtpd_client_event_limit_exceptions smtpd_client_message_rate_limit
  smtpd_client_port_logging smtpd_client_recipient_rate_limit smtpd_client_restrictions
  smtpd_command_filter smtpd_data_restrictions smtpd_delay_open_until_valid_rcpt smtpd_delay_reject
  smtpd_discard_ehlo_keyword_address_maps smtpd_discard_ehlo_keywords smtpd_dns_reply_filter
  smtpd_end_of_data_restrictions
  smtpd_error_sleep_time smtpd_etrn_restrictions smtpd_expansion_filter smtpd_forbid_bare_newline
  smtpd_forbid_bare_newline_exclusions smtpd_forbid_bare_newline_reject_code
  smtpd_forbid_unauth_pipelining smtpd_forbidden_commands smtpd_hard_error_limit smtpd_helo_required
  smtpd_helo_restrictions smtpd_history_flush_threshold smtpd_junk_command_limit
  smtpd_log_access_permit_actions smtpd_noop_commands smtpd_null_access_lookup_key smtpd_peername_lookup
  smtpd_policy_service_default_action smtpd_policy_service_max_idle smtpd_policy_service_max_ttl
  smtpd_policy_service_policy_context smtpd_policy_service_request_limit smtpd_policy_service_retry_delay
  smtpd_policy_service_timeout smtpd_policy_service_try_limit smtpd_proxy_ehlo smtpd_proxy_filter smtpd_proxy_options
  smtpd_proxy_timeout smtpd_recipient_limit smtpd_recipient_overshoot_limit
  smtpd_recipient_restrictions smtpd_reject_footer smtpd_reject_footer_maps
  smtpd_reject_unlisted_recipient smtpd_reject_unlisted_sender smtpd_relay_before_recipient_restrictions
  smtpd_relay_restrictions smtpd_restriction_classes smtpd_sender_restrictions smtpd_soft_error_limit
  smtpd_timeout smtputf8_autodetect_classes smtputf8_enable soft_bounce strict_7bit_headers
  strict_8bitmime strict_8bitmime_body strict_mime_encoding_domain strict_rfc821_envelopes
  strict_smtputf8 stress swap_bangpath syslog_name transport_maps transport_retry_time
  undisclosed_recipients_header unknown_address_reject_code unknown_address_tempfail_action
  unknown_client_reject_code unknown_helo_hostname_tempfail_action unknown_hostname_reject_code
  unknown_local_recipient_reject_code unknown_relay_recipient_reject_code
  unknown_virtual_alias_reject_code unknown_virtual_mailbox_reject_code unverified_recipient_defer_code
  unverified_recipient_reject_code unverified_recipient_reject_reason unverified_sender_defer_code
  unverified_sender_reject_code unverified_sender_reject_reason verp_delimiter_filter
  virtual_alias_address_length_limit virtual_alias_domains virtual_alias_expansion_limit
  virtual_alias_maps virtual_alias_recursion_limit virtual_delivery_status_filter virtual_gid_maps virtual_mailbox_base
  virtual_mailbox_domains virtual_mailbox_limit virtual_mailbox_maps virtual_minimum_uid
  virtual_transport virtual_uid_maps
`);

/** What smtp(8) and lmtp(8) have in common, without the prefix. */
const CLIENT_WORKS = words(`
  address_preference address_verify_target balance_inet_protocols bind_address bind_address6 body_checks
  cname_overrides_servername dns_reply_filter
  connect_timeout connection_cache_destinations connection_cache_on_demand connection_cache_time_limit
  connection_reuse_count_limit connection_reuse_time_limit data_done_timeout data_init_timeout
  data_xfer_timeout defer_if_no_mx_address_found delivery_status_filter dns_support_level fallback_relay
  generic_maps header_checks host_lookup line_length_limit mail_timeout mime_header_checks min_data_rate
  mx_address_limit mx_session_limit nested_header_checks per_request_deadline pix_workaround_delay_time
  pix_workaround_maps pix_workaround_threshold_time pix_workarounds quit_timeout quote_rfc821_envelope
  randomize_addresses rcpt_timeout reply_filter rset_timeout send_xforward_command skip_5xx_greeting
  skip_quit_response tcp_port xforward_timeout
`);

const WORKS: ReadonlySet<string> = new Set([
  ...OWN_WORKS,
  ...[...CLIENT_WORKS].flatMap((name) => [`smtp_${name}`, `lmtp_${name}`]),
]);

/** Read by the engine, but what they are about is not all there. */
const UNFINISHED = words(`
  daemon_directory default_privs mail_owner setgid_group plaintext_reject_code smtpd_sasl_auth_enable
  smtpd_sasl_authenticated_header smtpd_sender_login_maps
`);

/** Those of each transport, by how their names end. */
const TRANSPORT_WORKS = /_destination_(concurrency|recipient)_limit$|_(destination|transport)_rate_delay$/;

/** What belongs to processes, users, disks or the network of a real installation. */
const NO_EFFECT: readonly RegExp[] = [
  /^(postscreen|tlsproxy|dnsblog|qmqpd|postmulti|multi_instance|maillog_file|berkeley_db|lmdb|tls_random|postlogd)_/,
  /^(command|html|manpage|meta|readme|sample|shlib|process_id)_directory$/,
  /^(mailq|newaliases|sendmail|openssl)_path$/,
  /^(ipc|fork|deliver_lock|hash_queue|in_flow|qmgr_(ipc|daemon|fudge|clog))_/,
  /^(mail_owner|setgid_group|max_idle|max_use|application_event_drain_time|stale_lock_time|trigger_timeout)$/,
  /^(alternate_config_directories|biff|daemon_timeout|debug_peer_(level|list)|debugger_command|dont_remove)$/,
  /^(fault_injection_code|import_environment|master_service_disable|syslog_facility|tcp_windowsize)$/,
  /^(smtp|lmtp)_bind_address_enforce$|^sun_mailtool_compatibility$/,
];

export function effectOf(name: string): Effect {
  if (WORKS.has(name)) return 'works';
  if (NO_EFFECT.some((pattern) => pattern.test(name))) return 'no-effect';
  return !UNFINISHED.has(name) && TRANSPORT_WORKS.test(name) ? 'works' : 'unknown';
}

/** For the test that compares the lists with the code. */
export const listedEffects: ReadonlySet<string> = new Set([...WORKS, ...UNFINISHED]);
