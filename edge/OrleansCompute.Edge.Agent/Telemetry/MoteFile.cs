using System.Collections.Immutable;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace OrleansCompute.Edge.Agent.Telemetry;

/// <summary>Reads the recording of one mote: CSV with a header, plain or gzip (by its first bytes, not its name).</summary>
internal static class MoteFile
{
    private const string Header = "reading,mote_id,indoor,humidity,temperature,label";

    // A year of a mote at one reading every 3 s.
    private const int MaxReadings = 10_000_000;

    /// <summary>Reads every reading of the mote, in the order of the file.</summary>
    /// <exception cref="MoteFormatException">A line is malformed, the file is cut short, or it has no such mote.</exception>
    public static ImmutableArray<MoteReading> Read(string path, int moteId)
    {
        try
        {
            using var file = File.OpenRead(path);
            var isGzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
            file.Position = 0;
            using Stream content = isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
            using var reader = new StreamReader(content, Encoding.UTF8);
            return Read(reader, path, moteId);
        }
        catch (InvalidDataException error)
        {
            throw new MoteFormatException($"'{path}' is a damaged gzip file: {error.Message}", error);
        }
    }

    internal static ImmutableArray<MoteReading> Read(TextReader reader, string path, int moteId)
    {
        var line = reader.ReadLine();
        if (line != Header)
        {
            throw new MoteFormatException($"'{path}', line 1: '{Cut(line)}'; expected '{Header}'.");
        }

        var readings = ImmutableArray.CreateBuilder<MoteReading>();
        for (var number = 2; (line = reader.ReadLine()) is not null; number++)
        {
            if (TryParse(line, out var id, out var reading))
            {
                if (id != moteId)
                {
                    continue;
                }

                readings.Add(readings.Count < MaxReadings
                    ? reading
                    : throw new MoteFormatException($"'{path}', line {number}: more than {MaxReadings} readings of mote {moteId}."));
            }
            else
            {
                throw new MoteFormatException($"'{path}', line {number}: '{Cut(line)}'; expected six numbers: {Header}.");
            }
        }

        return readings.Count > 0 ? readings.ToImmutable() : throw new MoteFormatException($"'{path}' has no reading of mote {moteId}.");
    }

    private static bool TryParse(string line, out int moteId, out MoteReading reading)
    {
        moteId = 0;
        reading = default;
        Span<Range> parts = stackalloc Range[7];
        var text = line.AsSpan();
        if (text.Split(parts, ',') != 6
            || !int.TryParse(text[parts[1]], NumberStyles.None, CultureInfo.InvariantCulture, out moteId)
            || !TryParse(text[parts[3]], out var humidity)
            || !TryParse(text[parts[4]], out var temperature))
        {
            return false;
        }

        // The label (text[parts[5]]) says which events were introduced; a device does not know that.
        reading = new MoteReading(temperature, humidity);
        return true;
    }

    private static bool TryParse(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private static string Cut(string? line) => line is null ? "" : line.Length <= 80 ? line : line[..80] + "…";
}
