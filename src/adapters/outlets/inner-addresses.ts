import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * Addresses that are not of the public internet: loopback, private, link-local (with the metadata services of clouds), carrier-grade
 * NAT, test and benchmark networks, multicast, reserved; and the IPv6 ways to write an IPv4 address. IANA special-purpose registries
 * (RFC 6890 and its updates).
 */
const INNER_4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
/** Of IPv6 only 2000::/3 is in use for everybody; what of it is special stands here. */
const INNER_6 = [
  // Teredo, benchmarking, documentation, 6to4 (an IPv4 address in disguise).
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const;

const inner4 = new BlockList();
for (const [net, prefix] of INNER_4) inner4.addSubnet(net, prefix, 'ipv4');
const inner6 = new BlockList();
for (const [net, prefix] of INNER_6) inner6.addSubnet(net, prefix, 'ipv6');
const everybodys6 = new BlockList();
everybodys6.addSubnet('2000::', 3, 'ipv6');

/** @param address IPv4 or IPv6 as text, without brackets; what is neither counts as inner */
export const isInnerAddress = (address: string): boolean => {
  if (isIPv4(address)) return inner4.check(address, 'ipv4');
  // A zone (`fe80::1%eth0`) names an interface of this machine.
  if (!isIPv6(address) || address.includes('%')) return true;
  return !everybodys6.check(address, 'ipv6') || inner6.check(address, 'ipv6');
};
