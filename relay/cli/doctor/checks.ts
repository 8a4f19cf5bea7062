// Every check of the doctor, in the order in which a fault would show: this machine first, then
// what comes in, then what goes out.

import type { Check } from './check.ts';
import { addressFamily } from './checks/address-family.ts';
import { backlogAge } from './checks/backlog-age.ts';
import { clockOffset } from './checks/clock-offset.ts';
import { cloudAuth } from './checks/cloud-auth.ts';
import { cloudRoute } from './checks/cloud-route.ts';
import { configPermissions } from './checks/config-permissions.ts';
import { configValid } from './checks/config-valid.ts';
import { dataPermissions } from './checks/data-permissions.ts';
import { deadLettersEmpty } from './checks/dead-letters-empty.ts';
import { disconnectPath } from './checks/disconnect-path.ts';
import { dnsResolve } from './checks/dns-resolve.ts';
import { firewallInbound } from './checks/firewall-inbound.ts';
import { gatewayAttributes } from './checks/gateway-attributes.ts';
import { gatewaySecret } from './checks/gateway-secret.ts';
import { gatewaySeen } from './checks/gateway-seen.ts';
import { journalFsync } from './checks/journal-fsync.ts';
import { journalSpace } from './checks/journal-space.ts';
import { journalWhole } from './checks/journal-whole.ts';
import { journalWritable } from './checks/journal-writable.ts';
import { nodeVersion } from './checks/node-version.ts';
import { portBind } from './checks/port-bind.ts';
import { proxyConnect } from './checks/proxy-connect.ts';
import { radsecOpen } from './checks/radsec-open.ts';
import { relayIdUnique } from './checks/relay-id-unique.ts';
import { relayRunning } from './checks/relay-running.ts';
import { secretsShared } from './checks/secrets-shared.ts';
import { secretsStrength } from './checks/secrets-strength.ts';
import { serviceAccess } from './checks/service-access.ts';
import { serviceHardening } from './checks/service-hardening.ts';
import { settingsCurrent } from './checks/settings-current.ts';
import { sourceUnknown } from './checks/source-unknown.ts';
import { tlsChain } from './checks/tls-chain.ts';
import { udpKernelDrops } from './checks/udp-kernel-drops.ts';
import { udpReceiveBuffer } from './checks/udp-receive-buffer.ts';

export const doctorChecks: readonly Check[] = [
  configValid,
  configPermissions,
  secretsStrength,
  secretsShared,
  nodeVersion,
  journalWritable,
  dataPermissions,
  journalSpace,
  journalFsync,
  journalWhole,
  relayRunning,
  portBind,
  addressFamily,
  udpReceiveBuffer,
  udpKernelDrops,
  firewallInbound,
  radsecOpen,
  sourceUnknown,
  gatewaySeen,
  gatewaySecret,
  gatewayAttributes,
  disconnectPath,
  deadLettersEmpty,
  dnsResolve,
  cloudRoute,
  proxyConnect,
  tlsChain,
  clockOffset,
  cloudAuth,
  settingsCurrent,
  relayIdUnique,
  backlogAge,
  serviceHardening,
  serviceAccess,
];
