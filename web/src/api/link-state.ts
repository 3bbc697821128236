/** `offline`: the browser has no network, or nothing was heard of the server for a while. */
export type LinkState = 'connecting' | 'connected' | 'reconnecting' | 'offline';
