/** 0 or absent: no limit. */
export type Limits = readonly [min?: number, max?: number];

/**
 * Smallest and largest value of numbers and times (in seconds); the program that reads a parameter refuses
 * to start outside of it. The common parameters' limits are in common-parameters.ts.
 */
const RANGES: Readonly<Record<string, Limits>> = {
  anvil_rate_time_unit: [1],
  anvil_status_update_time: [1],
  bounce_queue_lifetime: [0, 8_640_000],
  bounce_size_limit: [1],
  command_time_limit: [1],
  default_destination_concurrency_limit: [0],
  default_destination_recipient_limit: [0],
  default_recipient_limit: [1],
  duplicate_filter_limit: [1],
  hopcount_limit: [1],
  initial_destination_concurrency: [1],
  lmtp_line_length_limit: [0],
  maximal_backoff_time: [1],
  maximal_queue_lifetime: [0, 8_640_000],
  minimal_backoff_time: [1],
  qmgr_clog_warn_time: [0],
  qmgr_message_active_limit: [1],
  qmgr_message_recipient_limit: [1],
  qmgr_message_recipient_minimum: [1],
  queue_run_delay: [1],
  smtpd_error_sleep_time: [0],
  smtpd_hard_error_limit: [1],
  smtpd_history_flush_threshold: [1],
  smtpd_junk_command_limit: [1],
  smtpd_policy_service_max_idle: [1],
  smtpd_policy_service_max_ttl: [1],
  smtpd_policy_service_retry_delay: [1],
  smtpd_policy_service_timeout: [1],
  smtpd_policy_service_try_limit: [1],
  smtpd_proxy_timeout: [1],
  smtpd_recipient_limit: [1],
  smtpd_recipient_overshoot_limit: [1],
  smtpd_soft_error_limit: [1],
  smtpd_timeout: [1],
  transport_retry_time: [1],
  virtual_alias_address_length_limit: [1],
  virtual_alias_expansion_limit: [1],
  virtual_alias_recursion_limit: [1],
  virtual_minimum_uid: [1],
};

export const limitsOf = (name: string): Limits => RANGES[name] ?? [];
