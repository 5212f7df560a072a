import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Collects `name NUL size NUL sha256 NUL` for every entry, and prints nothing unless all could be read. */
class Records {
    private final ByteArrayOutputStream text = new ByteArrayOutputStream();
    private final byte[] buffer = new byte[8192];

    void add(String name, InputStream body) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        long size = 0;
        for (int count; (count = body.read(buffer)) >= 0; size += count) digest.update(buffer, 0, count);
        field(name);
        field(Long.toString(size));
        field(HexFormat.of().formatHex(digest.digest()));
    }

    private void field(String value) throws IOException {
        text.write(value.getBytes(StandardCharsets.UTF_8));
        text.write(0);
    }

    void print() throws IOException {
        text.writeTo(System.out);
        System.out.flush();
    }
}
