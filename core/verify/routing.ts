/** address_verify_transport_maps and the like: probes may take another way than mail (trivial-rewrite(8)). */
import type { Config } from '../config/config.ts';

const INSTEAD: Readonly<Record<string, string>> = {
  local_transport: 'address_verify_local_transport',
  virtual_transport: 'address_verify_virtual_transport',
  relay_transport: 'address_verify_relay_transport',
  default_transport: 'address_verify_default_transport',
  relayhost: 'address_verify_relayhost',
  transport_maps: 'address_verify_transport_maps',
  sender_dependent_relayhost_maps: 'address_verify_sender_dependent_relayhost_maps',
  sender_dependent_default_transport_maps: 'address_verify_sender_dependent_default_transport_maps',
};

/** The configuration as the resolver is to read it for a probe. Each of those is by default what mail goes by. */
export function probeRouting(config: Config): Config {
  return {
    ...config,
    get: (name) => config.get(INSTEAD[name] ?? name),
    list: (name) => config.list(INSTEAD[name] ?? name),
    setting: (name) => config.setting(INSTEAD[name] ?? name) ?? config.setting(name),
  };
}
