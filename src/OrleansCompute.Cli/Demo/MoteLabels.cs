using System.Globalization;
using System.IO.Compression;

namespace OrleansCompute.Cli.Demo;

/// <summary>Reads which readings of a mote belong to introduced events: what the agents are not told.</summary>
internal static class MoteLabels
{
    /// <summary>Readings of a mote in the order of the file.</summary>
    /// <exception cref="CommandException">The file is damaged; the message names the line.</exception>
    public static IReadOnlyList<LabelledReading> Read(FileInfo file, int mote)
    {
        var number = 1;
        try
        {
            using var lines = new StreamReader(new GZipStream(file.OpenRead(), CompressionMode.Decompress));
            var header = lines.ReadLine()?.Split(',') ?? [];
            var moteColumn = Array.IndexOf(header, "mote_id");
            var labelColumn = Array.IndexOf(header, "label");
            if (moteColumn < 0 || labelColumn < 0)
            {
                throw new CommandException($"{file.Name}, line 1: columns are '{string.Join(',', header)}'; mote_id and label are needed.");
            }

            var readings = new List<LabelledReading>();
            for (number = 2; lines.ReadLine() is { } line; number++)
            {
                var cells = line.Split(',');
                if (cells.Length != header.Length
                    || !int.TryParse(cells[moteColumn], CultureInfo.InvariantCulture, out var id)
                    || !int.TryParse(cells[labelColumn], CultureInfo.InvariantCulture, out var label))
                {
                    throw new CommandException($"{file.Name}, line {number}: '{line}' has not the {header.Length} columns of the header.");
                }

                if (id == mote)
                {
                    readings.Add(new LabelledReading(readings.Count + 1, label == 1));
                }
            }

            return readings;
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new CommandException($"{file.Name}, line {number} cannot be read: {exception.Message}", exception);
        }
    }
}
