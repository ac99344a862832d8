namespace OrleansCompute.Simulations.Tables;

/// <summary>A file is not what it should be. The message names the file, the line and the column.</summary>
public sealed class TableFormatException : FormatException
{
    /// <summary>An error at a place in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="line">Line, from 1.</param>
    /// <param name="column">Column, from 1, with its name where it has one.</param>
    /// <param name="problem">What is wrong, the allowed values, and what to do.</param>
    public TableFormatException(string file, int line, string column, string problem)
        : base($"{file}, line {line}, column {column}: {problem}")
    {
        File = file;
        Line = line;
        Column = column;
    }

    /// <summary>The file.</summary>
    public string File { get; }

    /// <summary>Line, from 1.</summary>
    public int Line { get; }

    /// <summary>Column, from 1, with its name where it has one.</summary>
    public string Column { get; }
}
