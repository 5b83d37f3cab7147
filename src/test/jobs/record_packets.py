"""
Records, until SIGTERM, where the packets go that leave this network namespace, and each DNS question among them. All
devices but loopback, all protocols (packet(7)); a packet that it cannot read is recorded whole.
"""

import collections
import select
import signal
import socket
import struct
import sys

ETH_P_ALL, ETH_P_IP, ETH_P_ARP = 0x0003, 0x0800, 0x0806
SOL_PACKET, PACKET_STATISTICS, SO_RCVBUFFORCE = 263, 6, 33
TCP, UDP = 6, 17
BUFFER = 64 << 20


def question(dns):
    """The name of a query's one question."""
    labels, at = [], 12
    while dns[at]:
        labels.append(dns[at + 1 : at + 1 + dns[at]].decode("ascii", "backslashreplace"))
        at += 1 + dns[at]
    return ".".join(labels).lower()


def destinations(protocol, packet):
    """Where a packet without its link header goes to, and what it asks."""
    if protocol == ETH_P_ARP:
        yield f"arp {socket.inet_ntoa(packet[24:28])}"
    elif protocol == ETH_P_IP:
        header = (packet[0] & 15) * 4
        address = socket.inet_ntoa(packet[16:20])
        if packet[9] not in (TCP, UDP):
            yield f"ip-protocol-{packet[9]} {address}"
            return
        (port,) = struct.unpack("!H", packet[header + 2 : header + 4])
        yield f"{'tcp' if packet[9] == TCP else 'udp'} {address}:{port}"
        if packet[9] == UDP and port == 53:
            yield f"question {question(packet[header + 8 :])}"
    else:
        yield f"ethertype-{protocol:#06x} {packet[:64].hex()}"


def main():
    counts = collections.Counter()
    wake, stop = socket.socketpair()
    stop.setblocking(False)
    signal.set_wakeup_fd(stop.fileno())
    signal.signal(signal.SIGTERM, lambda *_: None)
    recorder = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
    recorder.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
    recorder.setblocking(False)
    print("recording", flush=True)
    stopped = False
    while True:
        # Once stopped, what is in the buffer is read, and then no more is waited for.
        readable, _, _ = select.select([recorder, wake], [], [], 0 if stopped else None)
        if stopped and recorder not in readable:
            break
        if recorder in readable:
            packet, (device, protocol, kind, *_) = recorder.recvfrom(2048)
            if kind == socket.PACKET_OUTGOING and device != "lo":
                counts.update(destinations(protocol, packet))
        stopped = stopped or wake in readable
    packets, dropped = struct.unpack("II", recorder.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
    for line, count in sorted(counts.items()):
        print(line, count)
    print("seen", packets)
    print("dropped", dropped)


sys.exit(main())
