// Proves: a broker at the other end of a channel does whatever one on the same thread does: the suites of the one hold the other.
import { TestingBroker } from '../../../../tests/mqtt/testing-broker.js';
import '../mqtt-server.test.js';
import '../mqtt-server-login.test.js';
import '../mqtt-server-sessions.test.js';

// Looked at when a broker is opened, which is after all modules were loaded.
TestingBroker.overChannel = true;
