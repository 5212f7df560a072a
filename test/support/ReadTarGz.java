import java.io.FileInputStream;
import java.io.InputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Reads a tar.gz as TorchServe's ZipUtils.decompressTarGzipFile does, with the commons-compress of its own
 * jar: the first gzip member alone, and each name without what stands before its first slash.
 */
class ReadTarGz {
    public static void main(String[] args) throws Exception {
        InputStream source = args.length == 0 ? System.in : new FileInputStream(args[0]);
        Records records = new Records();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(new GzipCompressorInputStream(source))) {
            TarArchiveEntry entry;
            while ((entry = tar.getNextEntry()) != null) {
                String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
                if (!entry.isDirectory()) records.add(name, tar);
            }
        }
        records.print();
    }
}
