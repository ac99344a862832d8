using OrleansCompute.Mqtt.Topics;

namespace OrleansCompute.Mqtt.Tests.Topics;

public sealed class TopicTests
{
    [Theory]
    [InlineData("a/b", "a/b", true)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a", false)]
    [InlineData("a/+", "a/", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/b/c", true)]
    [InlineData("#", "a/b", true)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("+/x", "$SYS/x", false)]
    [InlineData("$SYS/+", "$SYS/x", true)]
    [InlineData("+/+", "/a", true)]
    [InlineData("/+", "/a", true)]
    [InlineData("+", "/a", false)]
    public void Match_OfFilterAndTopic_IsAsSpecified(string filter, string topic, bool matches)
    {
        using var trie = new SubscriptionTrie<string>();
        trie.Add(filter, "item");
        var found = new List<string>();
        trie.Match(topic, found);

        Assert.Equal(matches, found.Count == 1);
        Assert.Equal(matches, TopicFilter.Matches(filter, topic));
        Assert.True(trie.Remove(filter, "item"));
        Assert.Equal(0, trie.Count);
    }

    [Fact]
    public void Match_OfManyRandomFilters_EqualsTheReference()
    {
        var random = new Random(3);
        using var trie = new SubscriptionTrie<string>();
        var filters = Enumerable.Range(0, 500).Select(_ => Random(random, wildcards: true)).Distinct().ToList();
        filters.ForEach(filter => trie.Add(filter, filter));
        foreach (var removed in filters.Where((_, i) => i % 3 == 0).ToList())
        {
            Assert.True(trie.Remove(removed, removed));
            filters.Remove(removed);
        }

        for (var i = 0; i < 500; i++)
        {
            var topic = Random(random, wildcards: false);
            var found = new List<string>();
            trie.Match(topic, found);
            Assert.Equal(filters.Where(filter => TopicFilter.Matches(filter, topic)).Order(), found.Order());
        }
    }

    private static string Random(Random random, bool wildcards)
    {
        string[] levels = wildcards ? ["a", "b", "", "+", "$s"] : ["a", "b", "", "$s"];
        var parts = Enumerable.Range(0, random.Next(1, 5)).Select(_ => levels[random.Next(levels.Length)]).ToList();
        if (wildcards && random.Next(3) == 0)
        {
            parts.Add("#");
        }

        var text = string.Join('/', parts);
        return text.Length == 0 ? "a" : text;
    }
}
