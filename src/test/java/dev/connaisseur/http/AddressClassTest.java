package dev.connaisseur.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressClassTest {
    @ParameterizedTest
    @CsvSource({
        "93.184.216.34, PUBLIC",
        "8.8.8.8, PUBLIC",
        "1.0.0.1, PUBLIC",
        "172.15.255.255, PUBLIC",
        "172.32.0.0, PUBLIC",
        "100.63.255.255, PUBLIC",
        "2606:2800:220:1:248:1893:25c8:1946, PUBLIC",
        "10.0.0.0, PRIVATE",
        "10.255.255.255, PRIVATE",
        "172.16.0.1, PRIVATE",
        "172.31.255.255, PRIVATE",
        "192.168.1.1, PRIVATE",
        "100.64.0.1, PRIVATE",
        "198.18.0.1, PRIVATE",
        "fc00::1, PRIVATE",
        "fd12:3456::1, PRIVATE",
        "fec0::1, PRIVATE",
        "2001:db8::1, PRIVATE",
        "0.0.0.0, SPECIAL",
        "0.1.2.3, SPECIAL",
        "127.0.0.1, SPECIAL",
        "127.255.255.254, SPECIAL",
        "169.254.169.254, SPECIAL",
        "169.254.0.1, SPECIAL",
        "168.63.129.16, SPECIAL",
        "168.63.129.17, PUBLIC",
        "100.100.100.200, SPECIAL",
        "192.0.0.192, SPECIAL",
        "224.0.0.1, SPECIAL",
        "240.0.0.1, SPECIAL",
        "255.255.255.255, SPECIAL",
        "::, SPECIAL",
        "::1, SPECIAL",
        "fe80::1, SPECIAL",
        "ff02::1, SPECIAL",
        "fd00:ec2::254, SPECIAL",
        "fd20:ce::254, SPECIAL",
        // an IPv4 address inside
        "::ffff:127.0.0.1, SPECIAL",
        "::ffff:10.0.0.1, PRIVATE",
        "::ffff:93.184.216.34, PUBLIC",
        "::127.0.0.1, SPECIAL",
        "::10.0.0.1, PRIVATE",
        "::ffff:0:169.254.169.254, SPECIAL",
        "64:ff9b::7f00:1, SPECIAL",
        "64:ff9b::a00:1, PRIVATE",
        "64:ff9b::5db8:d822, PUBLIC",
        "2002:7f00:1::1, SPECIAL",
        "2002:a00:1::, PRIVATE",
        "2002:5db8:d822::, PUBLIC"
    })
    void everyAddressHasItsPlace(String address, AddressClass expected) throws UnknownHostException {
        assertThat(AddressClass.of(InetAddress.getByName(address))).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/8", "0.0.0.0/0", "::/0", "fd00::/8", "192.168.1.1/32", "2001:db8::1/128"})
    void readsRanges(String text) {
        assertThat(AddressRange.parse(text)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1/8",
                "10.0.0.0",
                "10.0.0.0/33",
                "10.0.0/8",
                "10/8",
                "010.0.0.0/8",
                "fd00::/129",
                "fd00::1/8",
                "x/8",
                "/8",
                "10.0.0.0/",
                "10.0.0.0/-1",
                "fe80::%1/64",
                "0x0a.0.0.0/8",
                "1.2.3.4/8/8"
            })
    void refusesWhatIsNoRange(String text) {
        assertThat(AddressRange.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.1.2.3, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "10.128.0.0/9, 10.127.255.255, false",
        "10.128.0.0/9, 10.128.0.0, true",
        "192.168.1.1/32, 192.168.1.1, true",
        "192.168.1.1/32, 192.168.1.2, false",
        "0.0.0.0/0, 1.2.3.4, true",
        "0.0.0.0/0, ::1, false",
        "fd00::/8, fdff::1, true",
        "fd00::/8, fc00::1, false"
    })
    void rangesHoldTheirAddresses(String range, String address, boolean inside) throws UnknownHostException {
        assertThat(AddressRange.parse(range).orElseThrow().contains(InetAddress.getByName(address)))
                .isEqualTo(inside);
    }
}
