import { TelltaleError } from '../../model/errors.js';

/** Bytes that are no MQTT, or MQTT that the protocol forbids at this point. Ends its connection and nothing else. */
export class MqttProtocolError extends TelltaleError {
  readonly code = 'MQTT_PROTOCOL';
  readonly fault = 'input';

  constructor(
    message: string,
    /** What MQTT 5 calls it, for the DISCONNECT that tells the device. */
    readonly reason: number,
    options?: { cause?: unknown },
  ) {
    super(message, { reason }, options);
  }
}

/** The port is taken, or the certificate cannot be used. */
export class MqttListenError extends TelltaleError {
  readonly code = 'MQTT_LISTEN';
  readonly fault = 'outage';
}

/** The URL of an external broker is none that we can speak to. */
export class BrokerUrlError extends TelltaleError {
  readonly code = 'BROKER_URL';
  readonly fault = 'input';
}

/** A message on a topic that its device may not speak on. */
export class PublishNotAllowedError extends TelltaleError {
  readonly code = 'PUBLISH_NOT_ALLOWED';
  readonly fault = 'input';
}

/** The thread of the broker has ended, or was not there to be asked. */
export class MqttThreadError extends TelltaleError {
  readonly code = 'MQTT_THREAD';
  readonly fault = 'outage';
}
