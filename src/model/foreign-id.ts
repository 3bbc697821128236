/** Who a device says it is in its own format: an IMEI, a user and a device of a topic. The registry knows which device of ours that is. */
export interface ForeignId {
  format: string;
  id: string;
}
