using System.Globalization;
using System.Text;

namespace OrleansCompute.Simulations.Formats;

/// <summary>A trace that is not what it should be. The message begins with file, line and column.</summary>
public sealed class TraceFormatException : Exception
{
    private const int MaxMessage = 1_000;

    /// <summary>Makes the error.</summary>
    /// <param name="file">The file.</param>
    /// <param name="line">Its line, from 1; 0 where the file as a whole is meant.</param>
    /// <param name="column">The column's name; empty where the line as a whole is meant.</param>
    /// <param name="problem">What is wrong, with the value and what is allowed.</param>
    public TraceFormatException(string file, int line, string column, string problem)
        : base(Printable($"{file}{(line > 0 ? $", line {line}" : "")}{(string.IsNullOrEmpty(column) ? "" : $", column {column}")}: {problem}"))
    {
        File = file;
        Line = line;
        Column = column;
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>Its line, from 1; 0 where the file as a whole is meant.</summary>
    public int Line { get; }

    /// <summary>The column's name.</summary>
    public string Column { get; }

    // Messages quote what is in files: a binary file must not reach a terminal as it is, nor fill it.
    private static string Printable(string message)
    {
        var text = new StringBuilder(Math.Min(message.Length, MaxMessage));
        foreach (var letter in message)
        {
            if (text.Length > MaxMessage)
            {
                return text.Append('…').ToString();
            }

            _ = char.IsControl(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.Format
                ? text.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}")
                : text.Append(letter);
        }

        return text.ToString();
    }
}
