using OrleansCompute.Training.Data;

namespace OrleansCompute.Training.Tests.Data;

public sealed class TextDatasetTests
{
    private const string Text = "the cat sat on the mat, the end.";

    [Fact]
    public void Create_OfText_NumbersCharactersInOrder()
    {
        var data = new TextDataset(Text);
        Assert.Equal(" ,.acdehmnost", data.Vocabulary);
        Assert.Equal((int)(0.9 * Text.Length), data.TrainingCount);
        Assert.Equal(Text, data.Decode(data.Training) + data.Decode(data.Validation));
    }

    [Fact]
    public void Sample_OfWindows_HasTheNextTokensAsLabels()
    {
        var data = new TextDataset(Text);
        var (inputs, labels) = (new int[40], new int[40]);
        data.Sample(new Random(1), true, 8, inputs, labels);
        for (var at = 0; at < 40; at += 8)
        {
            Assert.Equal(inputs[(at + 1)..(at + 8)], labels[at..(at + 7)]);
            Assert.Contains(data.Decode(inputs.AsSpan(at, 8)) + data.Decode(labels.AsSpan(at + 7, 1)), Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Sample_WithWindowLongerThanThePart_NamesBoth()
    {
        var error = Assert.Throws<ArgumentException>(() => new TextDataset(Text).Sample(new Random(1), false, 8, new int[8], new int[8]));
        Assert.Contains("windows of 8 from 4 tokens", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfBytesThatAreNoText_NamesTheFile()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, [.. Enumerable.Repeat((byte)0xff, 64)]);
            Assert.Contains(path, Assert.Throws<DatasetFormatException>(() => TextDataset.Load(path)).Message, StringComparison.Ordinal);
            File.WriteAllText(path, Text);
            Assert.Equal(13, TextDataset.Load(path).Vocabulary.Length);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
