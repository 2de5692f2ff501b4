"""What tools against server-side request forgery are known to test, as tables.

The union of the published cases of Smokescreen, Svix, ssrf_filter and Advocate and of advisories.
"""

from ipaddress import IPv4Address, IPv6Address

# fmt: off
INNER_IPV4 = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1",
    "127.255.255.255", "168.63.129.16", "169.254.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
    "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.0.2.255", "192.88.99.3", "192.168.0.1",
    "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.65", "203.0.113.6", "224.0.0.1",
    "224.1.2.3", "233.252.0.16", "239.255.255.255", "240.0.0.1", "240.240.240.240", "255.255.255.255",
]
INNER_IPV6 = [
    "::", "::1", "::2", "::ffff", "100::", "100::1", "100:0:0:1::1", "2001::1", "2001:2::1", "2001:10::1",
    "2001:20::1", "2001:db8::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "3fff::", "3fff:fff::1",
    "5f00::1", "64:ff9b::ac1c:5", "64:ff9b::c000:201", "64:ff9b::a00:1", "64:ff9b::808:808",
    "64:ff9b::ffff:ffff", "64:ff9b:1::", "64:ff9b:1::a00:1", "64:ff9b:1:a00:0:100::", "2002:c000:201::1",
    "2002:a00:1::1", "2002:808:808::1", "fc00::1", "fdee::1", "fd7a:115c:a1e0::1", "fd00:ec2::254",
    "fd20:ce::254", "fe80::", "fe80::1", "fe80::a9fe:a9fe", "febf:ffff::1", "fec0::1", "ff00::1",
    "ff02::1", "ff02::2", "ff0e::1", "::ffff:8.8.8.8", "::8.8.8.8", "::ffff:0:8.8.8.8",
    "2606:4700::5efe:127.0.0.1", "2606:4700::200:5efe:10.0.0.1",
]
OUTER = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.254", "100.128.0.1", "126.255.255.255",
    "128.0.0.1", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.1",
    "192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "203.0.112.255", "203.0.114.0",
    "223.255.255.255", "2001:4860:4860::8888", "2606:4700:4700::1111", "2a00:1450:4001::1", "64:ff9c::1",
]
PRIVATE = [
    "10.1.2.3", "127.0.0.1", "172.20.0.3", "192.168.1.10", "::1", "fd12:3456::1",
]
HOSTS_OF_LOOPBACK = [
    "127.1", "127.0.1", "2130706433", "017700000001", "0x7f000001", "0x7F.0.0.1", "0177.0.0.1",
    "0177.0.0.01", "127.0.0.1.", "127.000.000.001", "0", "0x0", "0x", "1", "00000000", "127.0.0.0x1",
    "4294967295", "4294967296", "127.0.0.256", "1.2.3.4.5", "127.0.0.1.5", "foo.1", "foo.0x1f",
    "１２７.０.０.１", "127。0。0。1", "①②⑦.0.0.1", "[::]", "[::1]", "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::1%25lo]", "[::1%lo]", "[fe80::1%eth0]",
    "[fe80::1%25eth0]", "[127.0.0.1]", "[::1", "::1]", "::1", "[]", "[v1.fe80::a]", "[::1]]", "[[::1]]",
    "[::1].example.com", "[::ffff:0:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "localhost",
    "LOCALHOST", "localhost.", "localhost.localdomain", "foo.localhost", "ｌｏｃａｌｈｏｓｔ",
    "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "redis", "metadata", "metadata.google.internal", "printer.local",
    "router.home.arpa", "facebook.onion", "127.0.0.1%2f", "127.0.0.1%00", "%31%32%37.0.0.1",
    "127%2e0%2e0%2e1", "exa%6dple.com", "example.com%0d%0a", "user@127.0.0.1", "user:pass@127.0.0.1",
    "example.com@127.0.0.1", "@127.0.0.1", ":@127.0.0.1", "127.0.0.1\\@example.com",
    "127.0.0.1\\.example.com", "example.com\\@127.0.0.1", "127.0.0.1 ", " 127.0.0.1", "127.0.0.1\t",
    "127.0.\t0.1", "127.0.0.1\n", "127.0.0.1\r\nX: y", "127.0.0.1\x00", "example.com\x00.evil.org", "",
    ".", "..", ".example.com", "example..com", "example.com.", "-example.com", "example-.com",
    "exa_mple.com", "a" * 64 + ".com", ("a" * 60 + ".") * 5 + "com", "xn--", "xn--a.example.com",
    "xn--127-.example.com", "*.example.com", "exam ple.com", "example.com,127.0.0.1",
    "example.com;127.0.0.1", "example.com&127.0.0.1", "$(id).example.com", "\u202eexample.com",
    "exa\xadmple.com\u200b", "\ufeff127.0.0.1", "example.com／127.0.0.1", "example.com＠127.0.0.1",
    "example.com：80", "127.0.0.1︰80", "example.com﹖", "example．com．", "ex🄰mple..com", "127.0.0.１",
]
WHOLE_URLS = [
    "", " ", "https", "https:", "https:/", "https://", "https:///", "https:///hook", "https://?a",
    "https://#a", "//example.com/", "///example.com", "/hook", "example.com", "example.com:443",
    "https:example.com/", "https:/example.com/", "https:\\\\example.com/", "https:/\\example.com/",
    "\\\\example.com\\", "https//example.com", "http://example.com/", "HTTP://example.com/",
    "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "dict://example.com:11111/",
    "ws://example.com/", "wss://example.com/", "javascript://example.com/", "data:text/plain,x",
    "unix:///run/docker.sock", "ldap://example.com/", "jar:https://example.com!/",
    "view-source:https://example.com", " https://example.com/", "https://example.com/ ",
    "\thttps://example.com/", "ht\ntps://example.com/", "https ://example.com", "https://example.com/a b",
    "https://example.com/a\tb", "https://example.com/a\r\nHost: x", "https://example.com/\x00",
    "https://example.com/\x7f", "https://example.com/\x85", "https://example.com/é",
    "https://example.com/%", "https://example.com/%zz", "https://example.com/%2",
    "https://example.com/<a>", 'https://example.com/"', "https://example.com/{a}",
    "https://example.com/a|b", "https://example.com/a\\b", "https://example.com/^",
    "https://example.com/`", "https://example.com/#a", "https://example.com#@127.0.0.1/",
    "https://example.com?a#b", "https://example.com/[", "https://example.com/" + "a" * 2_048,
    "https://example.com:/", "https://example.com:0/", "https://example.com:00443/",
    "https://example.com:0443/", "https://example.com:65536/", "https://example.com:99999/",
    "https://example.com:443443/", "https://example.com:-1/", "https://example.com:+443/",
    "https://example.com:4_43/", "https://example.com:443a/", "https://example.com: 443/",
    "https://example.com:443:443/", "https://example.com:443@127.0.0.1/", "https://example.com:４４３/",
    "https://example.com:٤٤٣/", "https://example.com:22/", "https://example.com:25/",
    "https://example.com:53/", "https://example.com:111/", "https://example.com:2375/",
    "https://example.com:3306/", "https://example.com:5432/", "https://example.com:6379/",
    "https://example.com:9200/", "https://example.com:11211/", "https://example.com:27017/",
    "https://1.1.1.1:6379/",
]
# fmt: on


def disguises(address: str) -> list[str]:
    """The IPv6 addresses by which tunnels and translators mean the IPv4 address."""
    number = int(IPv4Address(address))
    return [
        str(IPv6Address(form))
        for form in (
            number,  # compatible
            (0xFFFF << 32) | number,  # mapped
            (0xFFFF << 48) | number,  # translated
            (0x64FF9B << 96) | number,  # NAT64
            (0x64FF9B0001 << 80) | number,  # NAT64 of a local network
            (0x2002 << 112) | (number << 80) | 1,  # 6to4
            (0x20010000 << 96) | (number ^ 0xFFFFFFFF),  # Teredo
        )
    ]
