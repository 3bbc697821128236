/** A frame of @Track: `+RESP:GTFRI,1F0101,<IMEI>,…,<send time>,<count>$`. */
export interface TrackFrame {
  /** RESP = report, BUFF = the same, sent later; ACK = answer to a command, or the heartbeat. */
  kind: 'RESP' | 'BUFF' | 'ACK';
  /** `GTFRI`, … */
  report: string;
  /** Model and version of the protocol; columns depend on it. */
  version: string;
  imei: string;
  /** Everything behind the IMEI, the count among it. */
  fields: readonly string[];
  count: string;
}

const FRAME = /^\+(RESP|BUFF|ACK):(GT[A-Z0-9]{3}),([0-9A-Fa-f]{6,10}),(\d{15}),([^$]*),([0-9A-Fa-f]{4})\$$/;

/** @returns undefined for what is no frame */
export const readTrackFrame = (text: string): TrackFrame | undefined => {
  const [, kind, report, version, imei, fields, count] = FRAME.exec(text) ?? [];
  if (kind === undefined) return undefined;
  return {
    kind: kind as TrackFrame['kind'],
    report: report!,
    version: version!,
    imei: imei!,
    fields: fields!.split(','),
    count: count!,
  };
};
